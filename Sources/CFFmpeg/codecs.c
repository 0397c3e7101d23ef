#include "CFFmpeg.h"

#include <stdlib.h>

#define HAS_FRAME_DURATION (LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100))
#define HAS_FRAME_FIELD_FLAGS (LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100))

int64_t ffshim_frame_duration(const AVFrame *frame) {
#if HAS_FRAME_DURATION
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

void ffshim_frame_set_duration(AVFrame *frame, int64_t duration) {
#if HAS_FRAME_DURATION
  frame->duration = duration;
#else
  frame->pkt_duration = duration;
#endif
}

bool ffshim_frame_is_interlaced(const AVFrame *frame) {
#if HAS_FRAME_FIELD_FLAGS
  return frame->flags & AV_FRAME_FLAG_INTERLACED;
#else
  return frame->interlaced_frame;
#endif
}

bool ffshim_frame_is_top_field_first(const AVFrame *frame) {
#if HAS_FRAME_FIELD_FLAGS
  return frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
  return frame->top_field_first;
#endif
}

void ffshim_frame_set_interlaced(AVFrame *frame, bool interlaced, bool top_field_first) {
#if HAS_FRAME_FIELD_FLAGS
  frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
  frame->flags |= (interlaced ? AV_FRAME_FLAG_INTERLACED : 0) | (top_field_first ? AV_FRAME_FLAG_TOP_FIELD_FIRST : 0);
#else
  frame->interlaced_frame = interlaced;
  frame->top_field_first = top_field_first;
#endif
}

bool ffshim_frame_is_corrupt(const AVFrame *frame) {
  return (frame->flags & AV_FRAME_FLAG_CORRUPT) || frame->decode_error_flags != 0;
}

bool ffshim_frame_is_cropped(const AVFrame *frame) { return frame->crop_left != 0 || frame->crop_top != 0; }

// The lists below moved to avcodec_get_supported_config in FFmpeg 7.1; the fields are there in 5.1 to 7.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

bool ffshim_codec_supports_pixel_format(const AVCodec *codec, enum AVPixelFormat format) {
  if (!codec->pix_fmts)
    return true;
  for (const enum AVPixelFormat *f = codec->pix_fmts; *f != AV_PIX_FMT_NONE; f++)
    if (*f == format)
      return true;
  return false;
}

enum AVSampleFormat ffshim_codec_sample_format(const AVCodec *codec, enum AVSampleFormat wanted) {
  if (!codec->sample_fmts)
    return wanted;
  for (const enum AVSampleFormat *f = codec->sample_fmts; *f != AV_SAMPLE_FMT_NONE; f++)
    if (av_get_packed_sample_fmt(*f) == av_get_packed_sample_fmt(wanted))
      return *f;
  return codec->sample_fmts[0];
}

int ffshim_codec_sample_rate(const AVCodec *codec, int wanted) {
  if (!codec->supported_samplerates)
    return wanted;
  int best = codec->supported_samplerates[0];
  for (const int *rate = codec->supported_samplerates; *rate; rate++)
    if (abs(*rate - wanted) < abs(best - wanted))
      best = *rate;
  return best;
}

int ffshim_codec_channel_layout(const AVCodec *codec, AVChannelLayout *to, const AVChannelLayout *wanted) {
  AVChannelLayout usual;
  if (wanted->order == AV_CHANNEL_ORDER_UNSPEC)
    av_channel_layout_default(&usual, wanted->nb_channels);
  else
    usual = *wanted;
  const AVChannelLayout *best = &usual;
  if (codec->ch_layouts) {
    const AVChannelLayout *same_count = NULL, *largest = codec->ch_layouts;
    for (const AVChannelLayout *layout = codec->ch_layouts; layout->nb_channels; layout++) {
      if (av_channel_layout_compare(layout, &usual) == 0)
        return av_channel_layout_copy(to, layout);
      if (!same_count && layout->nb_channels == usual.nb_channels)
        same_count = layout;
      if (layout->nb_channels <= usual.nb_channels && layout->nb_channels > largest->nb_channels)
        largest = layout;
    }
    best = same_count ? same_count : largest;
  }
  return av_channel_layout_copy(to, best);
}

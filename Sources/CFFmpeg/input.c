#include "CFFmpeg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HAS_CODED_SIDE_DATA (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102))

static int refuse_open(AVFormatContext *context, AVIOContext **pb, const char *url, int flags, AVDictionary **options) {
  av_log(context, AV_LOG_ERROR, "the file refers to '%s'; other files and addresses are not opened\n", url);
  *pb = NULL;
  return AVERROR(EPERM);
}

/// Formats whose file is a list of other files, or a recipe to reach them.
static int is_playlist(const AVInputFormat *format) {
  static const char *const names[] = {"hls", "dash", "concat", "imf", "sdp", "rtsp", "image2", "vapoursynth", "tty", "ffmetadata"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (av_match_name(names[i], format->name))
      return 1;
  return 0;
}

static int open_with_pb(AVFormatContext **context, AVIOContext *pb, const char *name) {
  const AVInputFormat *format = NULL;
  AVDictionary *options = NULL;
  int code = av_probe_input_buffer2(pb, &format, name, NULL, 0, 0);

  if (code < 0)
    return code;
  if (is_playlist(format)) {
    av_log(NULL, AV_LOG_ERROR, "a playlist or recipe of type '%s' is not read\n", format->name);
    return AVERROR(EPERM);
  }
  *context = avformat_alloc_context();
  if (!*context)
    return AVERROR(ENOMEM);
  (*context)->pb = pb;
  (*context)->io_open = refuse_open;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  code = avformat_open_input(context, name, format, &options);
  av_dict_free(&options);
  return code;
}

int ffshim_open_input(AVFormatContext **context, const char *path, const char *format_hint) {
  AVIOContext *pb = NULL;
  AVDictionary *options = NULL;
  char name[64] = "";
  size_t length = strlen(path) + sizeof "file:";
  char *url = av_malloc(length);

  *context = NULL;
  if (!url)
    return AVERROR(ENOMEM);
  // The prefix keeps a name such as "http://x" or "concat:a" from being read as an address.
  snprintf(url, length, "file:%s", path);
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  int code = avio_open2(&pb, url, AVIO_FLAG_READ, NULL, &options);
  av_dict_free(&options);
  av_free(url);
  if (code < 0)
    return code;

  // By content first; the extension only helps where the content says nothing (raw streams).
  code = open_with_pb(context, pb, name);
  if (code == AVERROR_INVALIDDATA && format_hint[0] && avio_seek(pb, 0, SEEK_SET) >= 0) {
    snprintf(name, sizeof name, "x.%s", format_hint);
    code = open_with_pb(context, pb, name);
  }
  if (code < 0)
    avio_closep(&pb);
  return code;
}

void ffshim_close_input(AVFormatContext **context) {
  if (!*context)
    return;
  AVIOContext *pb = (*context)->pb;
  avformat_close_input(context);
  avio_closep(&pb);
}

AVStream *ffshim_stream(const AVFormatContext *context, int index) { return context->streams[index]; }

const uint8_t *ffshim_stream_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t *size) {
#if HAS_CODED_SIDE_DATA
  const AVPacketSideData *data =
      av_packet_side_data_get(stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
  *size = data ? data->size : 0;
  return data ? data->data : NULL;
#else
  *size = 0;
  return av_stream_get_side_data(stream, type, size);
#endif
}

int ffshim_add_stream_side_data(AVStream *stream, enum AVPacketSideDataType type, const uint8_t *data, size_t size) {
#if HAS_CODED_SIDE_DATA
  AVPacketSideData *copy = av_packet_side_data_new(&stream->codecpar->coded_side_data,
                                                   &stream->codecpar->nb_coded_side_data, type, size, 0);
  uint8_t *bytes = copy ? copy->data : NULL;
#else
  uint8_t *bytes = av_stream_new_side_data(stream, type, size);
#endif
  if (!bytes)
    return AVERROR(ENOMEM);
  memcpy(bytes, data, size);
  return 0;
}

#include "CFFmpeg.h"

#include <errno.h>

static int append_chapter(AVFormatContext *to, const AVChapter *chapter, int64_t start, int64_t end, int64_t origin) {
  AVChapter **list = av_realloc_array(to->chapters, to->nb_chapters + 1, sizeof *list);
  if (!list)
    return AVERROR(ENOMEM);
  to->chapters = list;
  AVChapter *copy = av_mallocz(sizeof *copy);
  if (!copy)
    return AVERROR(ENOMEM);
  copy->id = chapter->id;
  copy->time_base = AV_TIME_BASE_Q;
  copy->start = start - origin;
  copy->end = end - origin;
  av_dict_copy(&copy->metadata, chapter->metadata, 0);
  to->chapters[to->nb_chapters++] = copy;
  return 0;
}

int ffshim_copy_chapters(AVFormatContext *to, const AVFormatContext *from, int64_t start, int64_t end) {
  int count = 0;
  for (unsigned i = 0; i < from->nb_chapters; i++) {
    const AVChapter *chapter = from->chapters[i];
    int64_t first = av_rescale_q(chapter->start, chapter->time_base, AV_TIME_BASE_Q);
    int64_t last = av_rescale_q(chapter->end, chapter->time_base, AV_TIME_BASE_Q);
    if (first < start)
      first = start;
    if (last > end)
      last = end;
    if (first >= last)
      continue;
    int code = append_chapter(to, chapter, first, last, start);
    if (code < 0)
      return code;
    count++;
  }
  return count;
}

int ffshim_try_mux(const AVOutputFormat *format, const AVCodecParameters *parameters, AVRational time_base,
                   const AVDictionary *metadata) {
  AVFormatContext *context = NULL;
  uint8_t *bytes = NULL;
  int code = avformat_alloc_output_context2(&context, format, NULL, NULL);
  if (code < 0)
    return code;
  AVStream *stream = avformat_new_stream(context, NULL);
  code = stream ? avcodec_parameters_copy(stream->codecpar, parameters) : AVERROR(ENOMEM);
  if (code >= 0) {
    stream->codecpar->codec_tag = 0;
    stream->time_base = time_base;
    av_dict_copy(&stream->metadata, metadata, 0);
    code = avio_open_dyn_buf(&context->pb);
  }
  if (code >= 0) {
    code = avformat_write_header(context, NULL);
    if (code >= 0)
      av_write_trailer(context);
    avio_close_dyn_buf(context->pb, &bytes);
    context->pb = NULL;
    av_free(bytes);
  }
  avformat_free_context(context);
  return code < 0 ? code : 0;
}

#include "CFFmpeg.h"

// hwcontext_cuda.h wants NVIDIA's headers for these two, which nobody needs to have.
#define CUDA_VERSION 11040
typedef struct CUctx_st *CUcontext;
typedef struct CUstream_st *CUstream;
#include <libavutil/hwcontext_cuda.h>

typedef struct CardOwner {
  void *owner;
  ffshim_release release;
} CardOwner;

static void release_card(AVHWDeviceContext *device) {
  CardOwner *card = device->user_opaque;
  card->release(card->owner);
  av_free(card);
}

int ffshim_open_cuda(AVBufferRef **device, void *context, void *stream, void *owner, ffshim_release release) {
  AVBufferRef *made = av_hwdevice_ctx_alloc(AV_HWDEVICE_TYPE_CUDA);
  CardOwner *card = made ? av_malloc(sizeof(*card)) : NULL;
  if (!card) {
    int code = made ? AVERROR(ENOMEM) : AVERROR(ENOSYS);
    av_buffer_unref(&made);
    release(owner);
    return code;
  }
  *card = (CardOwner){owner, release};
  AVHWDeviceContext *common = (AVHWDeviceContext *)made->data;
  common->user_opaque = card;
  common->free = release_card;
  AVCUDADeviceContext *cuda = common->hwctx;
  cuda->cuda_ctx = context;
  cuda->stream = stream;
  int code = av_hwdevice_ctx_init(made);
  if (code < 0)
    av_buffer_unref(&made);
  *device = made;
  return code;
}

void *ffshim_cuda_stream(const AVFrame *frame) {
  if (!frame->hw_frames_ctx)
    return NULL;
  const AVHWFramesContext *frames = (const AVHWFramesContext *)frame->hw_frames_ctx->data;
  return ((const AVCUDADeviceContext *)frames->device_ctx->hwctx)->stream;
}

int ffshim_make_surfaces(
    AVBufferRef **surfaces, AVBufferRef *device, enum AVPixelFormat format, int width, int height) {
  AVBufferRef *made = av_hwframe_ctx_alloc(device);
  if (!made)
    return AVERROR(ENOMEM);
  AVHWFramesContext *frames = (AVHWFramesContext *)made->data;
  frames->format = AV_PIX_FMT_CUDA;
  frames->sw_format = format;
  frames->width = width;
  frames->height = height;
  int code = av_hwframe_ctx_init(made);
  if (code < 0)
    av_buffer_unref(&made);
  *surfaces = made;
  return code;
}

enum AVPixelFormat ffshim_hardware_format(const AVCodec *codec, enum AVHWDeviceType type) {
  for (int i = 0;; i++) {
    const AVCodecHWConfig *config = avcodec_get_hw_config(codec, i);
    if (!config)
      return AV_PIX_FMT_NONE;
    if (config->device_type == type && (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX))
      return config->pix_fmt;
  }
}

static enum AVPixelFormat choose_format(AVCodecContext *context, const enum AVPixelFormat *offered) {
  enum AVPixelFormat wanted = (enum AVPixelFormat)(intptr_t)context->opaque;
  for (const enum AVPixelFormat *format = offered; *format != AV_PIX_FMT_NONE; format++)
    if (*format == wanted)
      return wanted;
  return avcodec_default_get_format(context, offered);
}

void ffshim_prefer_hardware(AVCodecContext *context, AVBufferRef *device, enum AVPixelFormat format, int held) {
  context->hw_device_ctx = av_buffer_ref(device);
  context->extra_hw_frames = held;
#ifdef AV_HWACCEL_FLAG_UNSAFE_OUTPUT
  if (held > 0)
    context->hwaccel_flags |= AV_HWACCEL_FLAG_UNSAFE_OUTPUT;
#endif
  context->opaque = (void *)(intptr_t)format;
  context->get_format = choose_format;
}

enum AVPixelFormat ffshim_hardware_content(const AVFrame *frame) {
  if (!frame->hw_frames_ctx)
    return AV_PIX_FMT_NONE;
  return ((const AVHWFramesContext *)frame->hw_frames_ctx->data)->sw_format;
}

#include "CFFmpeg.h"

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

void ffshim_prefer_hardware(AVCodecContext *context, AVBufferRef *device, enum AVPixelFormat format) {
  context->hw_device_ctx = av_buffer_ref(device);
  context->opaque = (void *)(intptr_t)format;
  context->get_format = choose_format;
}

enum AVPixelFormat ffshim_hardware_content(const AVFrame *frame) {
  if (!frame->hw_frames_ctx)
    return AV_PIX_FMT_NONE;
  return ((const AVHWFramesContext *)frame->hw_frames_ctx->data)->sw_format;
}

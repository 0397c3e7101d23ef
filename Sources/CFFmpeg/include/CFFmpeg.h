// FFmpeg's public headers as one Clang module, with shims for what Swift cannot import (function-like macros,
// variadic callbacks) and for fields that moved between FFmpeg 5.1 (libavcodec 59) and 6.1 (libavcodec 60).
#pragma once

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/samplefmt.h>
#include <libswscale/swscale.h>

#include <stdbool.h>
#include <stdint.h>

// MARK: Errors and numbers

/// AVERROR(EAGAIN).
int ffshim_error_again(void);
/// AVERROR_EOF.
int ffshim_error_eof(void);
/// AVERROR_INVALIDDATA.
int ffshim_error_invalid_data(void);
/// AVERROR(code) for a positive errno.
int ffshim_error(int errno_code);
/// The errno behind a negative FFmpeg code, or 0 when it is one of FFmpeg's own tags.
int ffshim_errno(int code);

// MARK: Log

/// Receives one formatted line; `level` is one of AV_LOG_….
typedef void (*ffshim_log_sink)(int level, const char *line);
/// Sends FFmpeg's log to `sink`. Lines of AV_LOG_WARNING or worse are also kept for the
/// thread that caused them.
void ffshim_set_log_sink(ffshim_log_sink sink);
/// The last error line of this thread, "" when there is none. Valid until the next FFmpeg call of this thread.
const char *ffshim_last_error_line(void);
/// The same for AV_LOG_WARNING.
const char *ffshim_last_warning_line(void);
void ffshim_clear_last_lines(void);

// MARK: Input

/// Opens `path` with the file protocol only and without access to any other resource: nested opens (playlists, external
/// tracks) are refused. `format_hint` is a file name extension or "". Returns 0 or an AVERROR.
int ffshim_open_input(AVFormatContext **context, const char *path, const char *format_hint);
/// Closes what ffshim_open_input opened.
void ffshim_close_input(AVFormatContext **context);
AVStream *ffshim_stream(const AVFormatContext *context, int index);
/// Side data of a stream: NULL when there is none.
const uint8_t *ffshim_stream_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t *size);
/// Gives a stream side data of its own copy. Returns 0 or an AVERROR.
int ffshim_add_stream_side_data(AVStream *stream, enum AVPacketSideDataType type, const uint8_t *data, size_t size);

// MARK: Output

/// Appends copies of the chapters of `from` that overlap [start, end) (microseconds), moved by -start.
/// Returns the number appended or an AVERROR.
int ffshim_copy_chapters(AVFormatContext *to, const AVFormatContext *from, int64_t start, int64_t end);
/// 0 when a stream with these parameters can be written by the muxer, else an AVERROR. Nothing is written to disk.
int ffshim_try_mux(const AVOutputFormat *format, const AVCodecParameters *parameters, AVRational time_base,
                   const AVDictionary *metadata);

// MARK: Frames and codecs

int64_t ffshim_frame_duration(const AVFrame *frame);
void ffshim_frame_set_duration(AVFrame *frame, int64_t duration);
bool ffshim_frame_is_interlaced(const AVFrame *frame);
bool ffshim_frame_is_top_field_first(const AVFrame *frame);
void ffshim_frame_set_interlaced(AVFrame *frame, bool interlaced, bool top_field_first);
bool ffshim_frame_is_corrupt(const AVFrame *frame);
/// Whether players see less of a frame than lies there, at the left or at the top.
bool ffshim_frame_is_cropped(const AVFrame *frame);
/// True when `codec` offers the pixel format (or states no list).
bool ffshim_codec_supports_pixel_format(const AVCodec *codec, enum AVPixelFormat format);
/// The sample format of an encoder nearest to `wanted` (same when offered, else the first of its list).
enum AVSampleFormat ffshim_codec_sample_format(const AVCodec *codec, enum AVSampleFormat wanted);
/// The sample rate of an encoder nearest to `wanted`.
int ffshim_codec_sample_rate(const AVCodec *codec, int wanted);
/// Copies the layout into `to`, or its default of as many channels when the encoder has a list without it; mixes down to
/// the encoder's largest layout when it has none of that many.
int ffshim_codec_channel_layout(const AVCodec *codec, AVChannelLayout *to, const AVChannelLayout *wanted);

// MARK: Hardware

/// The pixel format of frames that stay on a device of this type when `codec` decodes there; AV_PIX_FMT_NONE when it cannot.
enum AVPixelFormat ffshim_hardware_format(const AVCodec *codec, enum AVHWDeviceType type);
/// Lets a decoder that is not open yet work on `device` where it can; else it decodes as without. Uses context->opaque.
/// As many as `held` frames may be kept beside those that the decoder needs; they are its own memory, not copies.
void ffshim_prefer_hardware(AVCodecContext *context, AVBufferRef *device, enum AVPixelFormat format, int held);
/// The layout of the samples of a frame that lies on a device; AV_PIX_FMT_NONE for other frames.
enum AVPixelFormat ffshim_hardware_content(const AVFrame *frame);
/// Gives back what somebody has kept.
typedef void (*ffshim_release)(void *owner);
/// A CUDA device in a context (`CUcontext`) that is open, whose work goes to `stream` (`CUstream`). `release(owner)` is
/// called when FFmpeg has done with both, or at once when this fails. Returns 0 or an AVERROR.
int ffshim_open_cuda(AVBufferRef **device, void *context, void *stream, void *owner, ffshim_release release);
/// The stream (`CUstream`) whose work makes the samples of a frame that lies on a CUDA device; NULL = the default stream.
void *ffshim_cuda_stream(const AVFrame *frame);
/// Memory for frames on a CUDA device whose samples have this format. Returns 0 or an AVERROR.
int ffshim_make_surfaces(
    AVBufferRef **surfaces, AVBufferRef *device, enum AVPixelFormat format, int width, int height);

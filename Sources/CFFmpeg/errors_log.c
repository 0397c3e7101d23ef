#include "CFFmpeg.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

int ffshim_error_again(void) { return AVERROR(EAGAIN); }

int ffshim_error_eof(void) { return AVERROR_EOF; }

int ffshim_error_invalid_data(void) { return AVERROR_INVALIDDATA; }

int ffshim_error(int errno_code) { return AVERROR(errno_code); }

int ffshim_errno(int code) {
  int value = AVUNERROR(code);
  return value > 0 && value < 4096 ? value : 0;
}

static _Atomic(ffshim_log_sink) sink_function;
static _Thread_local char last_error_line[512];
static _Thread_local char last_warning_line[512];
static _Thread_local int print_prefix = 1;

static void log_callback(void *object, int level, const char *format, va_list arguments) {
  char line[512];
  ffshim_log_sink sink = atomic_load(&sink_function);

  level &= 0xff;
  if (level > AV_LOG_INFO)
    return;
  av_log_format_line2(object, level, format, arguments, line, sizeof line, &print_prefix);
  size_t length = strlen(line);
  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
    line[--length] = 0;
  if (length == 0)
    return;
  if (level <= AV_LOG_ERROR)
    snprintf(last_error_line, sizeof last_error_line, "%s", line);
  else if (level <= AV_LOG_WARNING)
    snprintf(last_warning_line, sizeof last_warning_line, "%s", line);
  if (sink)
    sink(level, line);
}

void ffshim_set_log_sink(ffshim_log_sink sink) {
  atomic_store(&sink_function, sink);
  av_log_set_callback(log_callback);
}

const char *ffshim_last_error_line(void) { return last_error_line; }

const char *ffshim_last_warning_line(void) { return last_warning_line; }

void ffshim_clear_last_lines(void) { last_error_line[0] = last_warning_line[0] = 0; }

// Empty on purpose: this system module only carries the pkg-config flags of FFmpeg to the target CFFmpeg,
// whose umbrella header includes the libraries' headers once.
#pragma once

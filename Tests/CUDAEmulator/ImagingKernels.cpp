// The kernels of DeviceImaging.
#include "EmulatedKernel.hpp"

#include "common.cuh"
#include "frame.cu"
#include "light.cu"
#include "mask.cu"
#include "numbers.cu"
#include "picture.cu"
#include "thumbnail.cu"

LIKENESS_KERNEL(frame_crop)
LIKENESS_KERNEL(frame_picture)
LIKENESS_KERNEL(frame_change)
LIKENESS_KERNEL(frame_difference)
LIKENESS_KERNEL(frame_fill)
LIKENESS_KERNEL(frame_repack)
LIKENESS_KERNEL(frame_thumbnail)
LIKENESS_KERNEL(light_lab)
LIKENESS_KERNEL(light_curves)
LIKENESS_KERNEL(light_planes)
LIKENESS_KERNEL(picture_crop)
LIKENESS_KERNEL(picture_paste)
LIKENESS_KERNEL(picture_levels)
LIKENESS_KERNEL(plane_resize)
LIKENESS_KERNEL(mask_box)
LIKENESS_KERNEL(mask_blur)
LIKENESS_KERNEL(mask_combine)
LIKENESS_KERNEL(mask_levels)
LIKENESS_KERNEL(numbers_check)
LIKENESS_KERNEL(mask_classes)

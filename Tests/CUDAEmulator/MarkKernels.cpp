// The kernels of Safeguards.
#include "EmulatedKernel.hpp"

#include "../../Sources/Safeguards/Resources/Kernels/label.cu"

#include "../../Sources/Safeguards/Resources/Kernels/watermark.cu"

LIKENESS_KERNEL(label_draw)
LIKENESS_KERNEL(watermark_steps)
LIKENESS_KERNEL(watermark_classes)
LIKENESS_KERNEL(watermark_search)
LIKENESS_KERNEL(watermark_levels)
LIKENESS_KERNEL(watermark_add)

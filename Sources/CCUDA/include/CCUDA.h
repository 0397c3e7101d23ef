// CUDA as tables of function pointers: the driver, the run-time compiler (NVRTC) and the management library (NVML).
//
// Nothing is linked: the libraries are opened at run time, so one program starts with and without a card. Fields carry
// the names of the exported symbols, with the version suffix that CUDA's own headers choose. Whatever is done on a card
// goes through these tables, so a test can hand in another set of functions.
#ifndef LIKENESS_CCUDA_H
#define LIKENESS_CCUDA_H

#include "CUDADriver.h"
#include "CUDALibrary.h"
#include "NVML.h"
#include "NVRTC.h"

#endif

/* Tolerances for a kind of GPU, from a file (spec parity_gate, A.4):

       version: 1
       gpus:
         - id: vulkan:0x10005:*
           label: Mesa lavapipe
           status: calibrated
           corpus: where the measurement lies
           features:
             vif: 5.0e-5

   The file is YAML of the plain kind: mappings and one list by indentation, {a: 1, b: 2} for features, quoted
   or plain scalars, comments, text that goes on in lines further in. Anything else is an error with its line.
 */
#ifndef IVQ_PARITY_CALIBRATION_H
#define IVQ_PARITY_CALIBRATION_H
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ivq_calibration;

/* IVQ_INPUT where it cannot be read or is malformed: a status that is none of calibrated and placeholder, an
   unknown feature, a tolerance out of range, or one wider than usual without `calibrated` and a `corpus`. */
enum ivq_status ivq_calibration_load(const char *path, struct ivq_calibration **table,
                                     struct ivq_error *error);
void ivq_calibration_free(struct ivq_calibration *table); /* NULL is fine */

/* The most specific row for this id: an exact one, then the longest prefix before '*', then the first in the
   file. Changes *tolerance if the row has the feature; `source` says where the tolerance is from. */
void ivq_calibration_look_up(const struct ivq_calibration *table, const char *id, const char *feature,
                             double *tolerance, char *source, size_t size);

/* IVQ_USAGE for what is no id of a GPU: vulkan:0xVVVV:0xDDDD, cuda:M.m, opencl:0xVVVV:DRIVER,
 * sycl:0xVVVV:DRIVER. */
enum ivq_status ivq_gpu_id_check(const char *id, struct ivq_error *error);

#endif

/* How far apart scores may be: nothing between devices of this program; for logs of others the table of spec
   parity_gate, A.1, places, the value of FP16 features, or rows of a calibration table. */
#ifndef IVQ_PARITY_TOLERANCE_H
#define IVQ_PARITY_TOLERANCE_H
#include "base/error.h"
#include "parity/calibration.h"

enum { IVQ_SOURCE_SIZE = 112, IVQ_FEATURE_SIZE = 64 };

#define IVQ_TOLERANCE_FP32 5e-5 /* of a feature that the table does not name */
#define IVQ_TOLERANCE_FP16 1e-2
#define IVQ_TOLERANCE_CEILING 1e-2 /* nothing may be wider */

/* What was asked for; begin zeroed, with places -1. */
struct ivq_tolerances {
    bool exact;
    int places;                                /* -1: not given */
    const char *const *fp16;                   /* names of features, ended by NULL; NULL: none */
    const char *gpu_id;                        /* NULL: no look-up */
    const struct ivq_calibration *calibration; /* of the look-up */
};

/* By index from 0: the features that the table names; NULL after the last. */
const char *ivq_tolerance_feature(int index);

/* The feature that a score belongs to, by its name in logs, whatever options have added to it. A score that
   no feature claims is one of its own. */
void ivq_feature_of_score(const char *score, char feature[IVQ_FEATURE_SIZE]);

/* IVQ_USAGE where a name is neither in the table nor that of a metric of this program. */
enum ivq_status ivq_feature_check(const char *name, const char *where, struct ivq_error *error);

/* Of the table; IVQ_TOLERANCE_FP32 for a feature that it lacks. */
double ivq_tolerance_default(const char *feature);

/* The tolerance of a feature, and where it comes from: fp16, exact, places, default, or as in spec A.4. */
double ivq_tolerance_of(const struct ivq_tolerances *asked, const char *feature,
                        char source[IVQ_SOURCE_SIZE]);

/* Half a unit of that decimal. IVQ_USAGE unless the result is below the ceiling. */
enum ivq_status ivq_tolerance_places(int places, double *tolerance, struct ivq_error *error);

/* IVQ_USAGE unless finite, not negative and at most the ceiling. */
enum ivq_status ivq_tolerance_check(double tolerance, const char *where, struct ivq_error *error);

#endif

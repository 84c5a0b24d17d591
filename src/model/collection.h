/* What a bootstrap collection says besides its entries' own scores (model.md 8). */
#ifndef IVQ_MODEL_COLLECTION_H
#define IVQ_MODEL_COLLECTION_H
#include "model/entry.h"

/* After the entries' scores; the order of logs. */
enum ivq_bootstrap_output {
    IVQ_BOOTSTRAP_BAGGING,
    IVQ_BOOTSTRAP_STDDEV,
    IVQ_BOOTSTRAP_CI_P95_LO,
    IVQ_BOOTSTRAP_CI_P95_HI,
    IVQ_BOOTSTRAP_OUTPUTS
};

/* scores[count] of the bootstrap entries (not of entry 0), before transform and clip; sorts them. finisher is
   the entry whose transform and clip apply. */
void ivq_bootstrap(const struct ivq_entry *finisher, double *scores, int count,
                   double outputs[IVQ_BOOTSTRAP_OUTPUTS]);

#endif

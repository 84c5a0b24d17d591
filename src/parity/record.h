/* What a meter did, as the side record has it (docs/record.md): passes, features with their device, scores,
 * models. */
#ifndef IVQ_PARITY_RECORD_H
#define IVQ_PARITY_RECORD_H
#include <stdbool.h>

#include "isovq/meter.h"
#include "report/json_writer.h"

enum { IVQ_RUN_ID_SIZE = 37 };

/* A random UUID; false where the system gives no random numbers. */
bool ivq_run_id(char text[IVQ_RUN_ID_SIZE]);

struct ivq_record_style {
    int frames;  /* whose scores are written */
    bool bits;   /* scores are 16 hexadecimal digits: NaN and infinity too */
    bool canary; /* of a run with damaged pictures */
};

/* Members of the object that is open: frames, passes, features, models. */
void ivq_record_put_measurement(struct ivq_json *json, const struct ivq_meter *meter,
                                const struct ivq_record_style *style);

/* The member device. */
void ivq_record_put_device(struct ivq_json *json, const struct ivq_catalog_device *device);

#endif

/* Values of a metric's options: parsing, checking, and the suffix they give to names in logs (spec
 * model, 2.2, 2.3). */
#ifndef IVQ_METRICS_OPTIONS_H
#define IVQ_METRICS_OPTIONS_H
#include "metrics/metric.h"

enum { IVQ_NAME_SIZE = 256 };

/* Fills the metric's options struct (options_size bytes) with the defaults. */
void ivq_options_init(const struct ivq_metric *metric, void *options);

/* The options struct and the texts in it; NULL is fine. */
void ivq_options_free(const struct ivq_metric *metric, void *options);

/* Sets one option from text. Unknown keys, values that do not parse or lie outside the range are IVQ_USAGE,
   with the metric, the option and what it takes. */
enum ivq_status ivq_options_set(const struct ivq_metric *metric, void *options, const char *key,
                                const char *value, struct ivq_error *error);

/* "_egl_1_nw_0.02", or "" while every named option has its default. */
void ivq_options_suffix(const struct ivq_metric *metric, const void *options, char suffix[IVQ_NAME_SIZE]);

/* The name of an option in which they differ, NULL where there is none. */
const char *ivq_options_difference(const struct ivq_metric *metric, const void *a, const void *b);

/* Can one run serve both? Yes if they differ at most in what else is put out; then *into asks for both, and
   may have taken texts from *from. If not, *key is an option in which they differ. */
bool ivq_options_merge(const struct ivq_metric *metric, void *into, void *from, const char **key);

/* The value as text, and what an option accepts ("true or false", "0.75 to 24"). */
void ivq_option_print(const struct ivq_option *option, const void *options, char text[IVQ_NAME_SIZE]);
void ivq_option_range(const struct ivq_option *option, char text[IVQ_NAME_SIZE]);

/* A text option by name; NULL while it is not set. */
const char *ivq_options_text(const struct ivq_metric *metric, const void *options, const char *name);

/* Does this output exist with these options and this format (format NULL: of any format)? */
bool ivq_output_exists(const struct ivq_metric *metric, const struct ivq_output *output, const void *options,
                       const struct ivq_format *format);

#endif

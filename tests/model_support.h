/* What the tests of models share. */
#ifndef MODEL_SUPPORT_H
#define MODEL_SUPPORT_H
#include <jansson.h>

#include "model/model.h"

/* Where the repository's tests/data/models and the material beside the repository are: $ISOVQ_TEST_DATA and
   $ISOVQ_SHARED, or tests/data and ../shared. The result is overwritten by the next call. */
const char *test_data(const char *name);
const char *shared_file(const char *name);

/* Ends the test where the file cannot be read. */
json_t *read_json(const char *path);

/* base.json with the members of set put into its model_dict and those of without taken out; both may be NULL.
 */
json_t *changed_base(const json_t *set, const json_t *without);

/* Loads through text, as everybody does. */
enum ivq_status load_json(const json_t *document, const struct ivq_model_settings *settings,
                          struct ivq_model **model, struct ivq_error *error);

/* Knows the metrics of the published models and of base.json. */
const char *extractor_of(const char *raw_name);

#endif

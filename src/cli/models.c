/* isovq models: the versions that --model knows. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/message.h"
#include "isovq/catalog.h"

enum ivq_status cli_models(int argc, char **argv, struct ivq_error *error)
{
    const enum ivq_status status = cli_refuse_arguments(argc, argv, error);
    struct ivq_catalog_model model;
    for (int i = 0; status == IVQ_OK && ivq_catalog_model(i, &model); i++)
        printf("%-26s %s\n", model.version,
               !model.embedded     ? "not in this build: get its file and use --model path=FILE"
               : !model.measurable ? "needs a metric that this version does not have"
                                   : "built in");
    return status;
}

/* A command line, one argument on each line, under the name vmaf where that is the first line: the option
   table, then what --feature and --model mean, and a meter that measures one pair with them. */
#include <getopt.h>
#include <math.h>
#include <string.h>

#include "cli/options.h"
#include "fuzz.h"
#include "isovq/isovq.h"
#include "model/spec.h"

enum {
    MAX_ARGUMENTS = 64,
    MAX_MEASURED = 6, /* metrics and models that are measured: time goes up with each */
    SIDE = 20,        /* the smallest that every metric takes */
};

static void check_error(enum ivq_status status, const struct ivq_error *error)
{
    FUZZ_CHECK(status == error->status && error->text[0]);
    FUZZ_CHECK(memchr(error->text, 0, sizeof error->text));
}

/* Cuts the text into argv, as the shell would have done. */
static int cut(char *text, char **argv, bool *as_vmaf)
{
    static char name[] = "isovq";
    int count = 0;
    *as_vmaf = !strncmp(text, "vmaf\n", 5);
    if (*as_vmaf)
        text += 5;
    argv[count++] = name;
    while (text && count < MAX_ARGUMENTS)
        argv[count++] = strsep(&text, "\n");
    argv[count] = NULL;
    return count;
}

/* getopt keeps its place in a group of letters, which a process with one command line never sees. */
static void reset_getopt(void)
{
    static char name[] = "isovq";
    char *argv[] = {name, NULL};
    optind = 0;
    (void)getopt(1, argv, "");
}

/* A file may be named, and that is for other harnesses. */
static enum ivq_status add_model(struct ivq_meter *meter, const char *text, struct ivq_error *error)
{
    struct ivq_model_spec spec;
    const enum ivq_status status = ivq_model_spec_parse(text, &spec, error);
    if (status != IVQ_OK)
        return status;
    const bool is_file = spec.path != NULL;
    FUZZ_CHECK(is_file != (spec.version != NULL));
    ivq_model_spec_free(&spec);
    return is_file ? IVQ_OK : ivq_meter_add_model_text(meter, text, false, error);
}

static enum ivq_status add_all(struct ivq_meter *meter, const struct cli_settings *settings)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < settings->features.count + settings->models.count && status == IVQ_OK; i++) {
        struct ivq_error error = {0};
        const int model = i - settings->features.count;
        status = model < 0 ? ivq_meter_add_metric_text(meter, settings->features.items[i], &error)
                           : add_model(meter, settings->models.items[model], &error);
        if (status != IVQ_OK)
            check_error(status, &error);
    }
    return status;
}

static void fill(uint8_t planes[3][SIDE * SIDE], struct ivq_image *image, const struct ivq_video *video,
                 int seed)
{
    *image = (struct ivq_image){0};
    for (int p = 0; p < 3; p++) {
        for (int i = 0; i < SIDE * SIDE; i++)
            planes[p][i] = (uint8_t)(i * (p + 3) + seed * i * i);
        image->data[p] = planes[p];
        image->stride[p] = video->width[p];
    }
}

static void check_scores(const struct ivq_meter *meter)
{
    const int count = ivq_meter_series_count(meter);
    for (int i = 0; i < count; i++) {
        const char *const name = ivq_meter_series_name(meter, i);
        double score;
        FUZZ_CHECK(ivq_meter_series_find(meter, name) == i); /* names differ: they are columns of logs */
        if (ivq_meter_score(meter, i, 0, &score))
            FUZZ_CHECK(!isnan(score));
    }
}

static void measure(struct ivq_meter *meter)
{
    static uint8_t planes[2][3][SIDE * SIDE];
    struct ivq_image reference, distorted;
    struct ivq_error error = {0};
    struct ivq_video video;
    FUZZ_CHECK(ivq_video_set(&video, SIDE, SIDE, 8, IVQ_SAMPLING_420, &error) == IVQ_OK);
    enum ivq_status status = ivq_meter_start(meter, &video, &error);
    if (status != IVQ_OK) {
        check_error(status, &error);
        return;
    }
    fill(planes[0], &reference, &video, 0);
    fill(planes[1], &distorted, &video, 1);
    for (int i = 0; i < 2; i++)
        FUZZ_CHECK(ivq_meter_push(meter, &reference, &distorted, &error) == IVQ_OK);
    FUZZ_CHECK(ivq_meter_finish(meter, &error) == IVQ_OK);
    check_scores(meter);
}

static void ignore(void *user, const char *text)
{
    FUZZ_CHECK(!user && text[0]);
}

static void use(const struct cli_settings *settings)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    struct ivq_error error = {0};
    params.device = "cpu:scalar";
    params.threads = 1;
    FUZZ_CHECK(ivq_meter_open(&params, &meter, &error) == IVQ_OK);
    if (settings->as_vmaf)
        ivq_meter_keep_first(meter, ignore, NULL);
    if (add_all(meter, settings) == IVQ_OK &&
        settings->features.count + settings->models.count <= MAX_MEASURED)
        measure(meter);
    ivq_meter_close(&meter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *argv[MAX_ARGUMENTS + 1];
    struct cli_settings settings = {0};
    struct cli_list rest = {0};
    struct ivq_error error = {0};
    FUZZ_CHECK(text);
    memcpy(text, data, size);
    text[size] = 0;
    reset_getopt();
    const int count = cut(text, argv, &settings.as_vmaf);
    enum ivq_status status = cli_options_parse(count, argv, &settings, &rest, &error);
    if (status != IVQ_OK) {
        check_error(status, &error);
    } else {
        status = cli_options_check(&settings, &error);
        if (status != IVQ_OK)
            check_error(status, &error);
        if (settings.features.count + settings.models.count)
            use(&settings);
    }
    free(text);
    return 0;
}

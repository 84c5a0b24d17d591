#include "parity/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "isovq/version.h"
#include "isovq/work.h"

/* Version 4 of RFC 4122. */
bool ivq_run_id(char text[IVQ_RUN_ID_SIZE])
{
    unsigned char bytes[16];
    size_t at = 0;
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return false;
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[at++] = '-';
        at += (size_t)snprintf(text + at, IVQ_RUN_ID_SIZE - at, "%02x", bytes[i]);
    }
    return true;
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void print_device(struct ivq_json *w, const struct ivq_catalog_device *device)
{
    char backend[16];
    snprintf(backend, sizeof backend, "%.*s", (int)strcspn(device->id, ":"), device->id);
    const bool is_cpu = !strcmp(backend, "cpu");
    ivq_json_put_string(w, "backend", backend);
    ivq_json_put_string(w, "arch_id", device->id);
    ivq_json_put_string(w, "device_uuid", or_null(device->uuid));
    ivq_json_put_string(w, "pci_address", or_null(device->pci));
    ivq_json_put_string(w, "device_name", device->name);
    ivq_json_put_string(w, "device_type", device->type);
    ivq_json_put_string(w, "driver", or_null(device->driver));
    ivq_json_put_string(w, "kernel_compiler", ivq_build_kernel_compiler(backend));
    ivq_json_put_string(w, "kernel_fingerprint", ivq_fingerprint());
    ivq_json_put_string(w, "cpu_instruction_set", is_cpu ? strchr(device->id, ':') + 1 : NULL);
}

/* The launch list that serves all features. */
static void print_work(struct ivq_json *w, const struct ivq_work *work)
{
    ivq_json_put_int(w, "bytes_to_device", work->bytes_to_device);
    ivq_json_put_int(w, "bytes_from_device", work->bytes_from_device);
    if (work->device_seconds < 0)
        ivq_json_put_null(w, "device_time_ns");
    else
        ivq_json_put_int(w, "device_time_ns", (int64_t)(work->device_seconds * 1e9));
}

static void print_passes(struct ivq_json *w, const struct ivq_meter *meter)
{
    struct ivq_work_pass pass;
    ivq_json_open(w, "passes", '[');
    for (int i = 0; ivq_meter_pass(meter, i, &pass); i++) {
        ivq_json_open(w, NULL, '{');
        ivq_json_put_string(w, "kernel", pass.kernel);
        ivq_json_put_int(w, "tiles_x", pass.tiles_x);
        ivq_json_put_int(w, "tiles_y", pass.tiles_y);
        ivq_json_put_int(w, "dispatches", pass.dispatches);
        ivq_json_close(w, '}');
    }
    ivq_json_close(w, ']');
}

static void print_stage(struct ivq_json *w, const char *name, const char *place)
{
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "name", name);
    ivq_json_put_string(w, "place", place);
    ivq_json_close(w, '}');
}

/* Those that the metric's table names, between commas. */
static void print_host_stages(struct ivq_json *w, const char *name)
{
    struct ivq_catalog_metric metric;
    for (int i = 0; ivq_catalog_metric(i, &metric); i++)
        for (const char *at = strcmp(metric.name, name) ? NULL : metric.host_stages; at && *at;) {
            char stage[64];
            const size_t length = strcspn(at, ",");
            snprintf(stage, sizeof stage, "%.*s", (int)length, at);
            print_stage(w, stage, "host");
            at += length + strspn(at + length, ", ");
        }
}

/* Returns the dispatches of all stages. */
static int64_t print_stages(struct ivq_json *w, const struct ivq_meter *meter, int metric, const char *device)
{
    struct ivq_work_pass pass;
    int64_t dispatches = 0;
    ivq_json_open(w, "stages", '[');
    for (int i = 0, p; (p = ivq_meter_metric_pass(meter, metric, i)) >= 0; i++) {
        ivq_meter_pass(meter, p, &pass);
        print_stage(w, pass.kernel, device);
        dispatches += pass.dispatches;
    }
    print_host_stages(w, ivq_meter_metric(meter, metric));
    print_stage(w, "score", "host");
    ivq_json_close(w, ']');
    return dispatches;
}

static void print_options(struct ivq_json *w, const struct ivq_meter *meter, int metric)
{
    struct ivq_work_setting setting;
    ivq_json_open(w, "options", '{');
    for (int i = 0; ivq_meter_metric_setting(meter, metric, i, &setting); i++)
        ivq_json_put_string(w, setting.name, setting.value);
    ivq_json_close(w, '}');
}

static void print_score(struct ivq_json *w, double value, bool bits)
{
    char text[24];
    uint64_t word;
    memcpy(&word, &value, sizeof word);
    snprintf(text, sizeof text, "%016" PRIx64, word);
    if (bits)
        ivq_json_put_string(w, NULL, text);
    else
        ivq_json_put_number(w, NULL, value, w->precision);
}

static void print_series(struct ivq_json *w, const struct ivq_meter *meter, int series,
                         const struct ivq_record_style *style)
{
    const int count = ivq_meter_series_aggregate(meter, series) ? 1 : style->frames;
    double value;
    ivq_json_open(w, ivq_meter_series_name(meter, series), '[');
    for (int frame = 0; frame < count; frame++)
        if (ivq_meter_score(meter, series, frame, &value))
            print_score(w, value, style->bits);
        else
            ivq_json_put_null(w, NULL);
    ivq_json_close(w, ']');
}

static void print_feature(struct ivq_json *w, const struct ivq_meter *meter, int metric,
                          const struct ivq_catalog_device *device, const struct ivq_work *work,
                          const struct ivq_record_style *style)
{
    int series;
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "feature", ivq_meter_metric(meter, metric));
    print_options(w, meter, metric);
    ivq_json_open(w, "metrics", '[');
    for (int i = 0; (series = ivq_meter_metric_series(meter, metric, i)) >= 0; i++)
        ivq_json_put_string(w, NULL, ivq_meter_series_name(meter, series));
    ivq_json_close(w, ']');
    print_device(w, device);
    ivq_json_put_int(w, "dispatches", print_stages(w, meter, metric, device->id));
    print_work(w, work);
    ivq_json_open(w, "fallbacks", '[');
    ivq_json_close(w, ']');
    ivq_json_put_bool(w, "canary", style->canary);
    ivq_json_open(w, "scores", '{');
    for (int i = 0; (series = ivq_meter_metric_series(meter, metric, i)) >= 0; i++)
        print_series(w, meter, series, style);
    ivq_json_close(w, '}');
    ivq_json_close(w, '}');
}

static void print_features(struct ivq_json *w, const struct ivq_meter *meter,
                           const struct ivq_record_style *style)
{
    struct ivq_catalog_device device;
    struct ivq_work work;
    ivq_meter_device(meter, &device);
    ivq_meter_work(meter, &work);
    ivq_json_put_int(w, "frames", work.frames);
    print_passes(w, meter);
    ivq_json_open(w, "features", '[');
    for (int i = 0; ivq_meter_metric(meter, i); i++)
        print_feature(w, meter, i, &device, &work, style);
    ivq_json_close(w, ']');
}

/* Models are predicted on the host, from the features above. */
static void print_models(struct ivq_json *w, const struct ivq_meter *meter,
                         const struct ivq_record_style *style)
{
    struct ivq_meter_model model;
    ivq_json_open(w, "models", '[');
    for (int i = 0; ivq_meter_model(meter, i, &model); i++) {
        ivq_json_open(w, NULL, '{');
        ivq_json_put_string(w, "model", model.label);
        ivq_json_put_string(w, "name", model.name);
        ivq_json_put_string(w, "place", "host");
        ivq_json_open(w, "scores", '{');
        for (int s = 0, series; (series = ivq_meter_model_series(meter, i, s)) >= 0; s++)
            print_series(w, meter, series, style);
        ivq_json_close(w, '}');
        ivq_json_close(w, '}');
    }
    ivq_json_close(w, ']');
}

void ivq_record_put_device(struct ivq_json *w, const struct ivq_catalog_device *device)
{
    ivq_json_open(w, "device", '{');
    print_device(w, device);
    ivq_json_close(w, '}');
}

void ivq_record_put_measurement(struct ivq_json *w, const struct ivq_meter *meter,
                                const struct ivq_record_style *style)
{
    print_features(w, meter, style);
    print_models(w, meter, style);
}

#include "model/transform.h"

#include <math.h>
#include <string.h>

static const char *const coefficient_names[IVQ_TRANSFORM_DEGREES] = {"p0", "p1", "p2"};

static bool is_absent(const struct ivq_json *json, const char *member)
{
    const json_t *value = ivq_json_get(json, member);
    return !value || json_is_null(value);
}

/* model.md 1.2: files write the string "true"; a JSON boolean means what it says. */
static enum ivq_status read_flag(const struct ivq_json *json, const char *member, bool *out)
{
    if (is_absent(json, member))
        return IVQ_OK;
    const json_t *value = ivq_json_get(json, member);
    const char *text = json_string_value(value);
    const bool named = text && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0);
    if (!named && !json_is_boolean(value))
        return ivq_json_fail(json, member, "must be true or false");
    *out = named ? strcmp(text, "true") == 0 : json_is_true(value);
    return IVQ_OK;
}

static enum ivq_status read_knot(const struct ivq_json *json, const json_t *pair, double *x, double *y)
{
    const json_t *first = json_array_get(pair, 0), *second = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !json_is_number(first) || !json_is_number(second))
        return ivq_json_fail(json, "knots", "each knot must be an array of 2 numbers");
    *x = json_number_value(first);
    *y = json_number_value(second);
    return IVQ_OK;
}

static enum ivq_status read_knots(struct ivq_transform *transform, const struct ivq_json *json)
{
    if (is_absent(json, "knots"))
        return IVQ_OK;
    const json_t *knots = ivq_json_get(json, "knots");
    const size_t count = json_array_size(knots);
    if (!json_is_array(knots) || count > IVQ_TRANSFORM_MAX_KNOTS)
        return ivq_json_fail(json, "knots", "must be an array of at most %d pairs", IVQ_TRANSFORM_MAX_KNOTS);
    transform->knots = (int)count;
    for (size_t i = 0; i < count; i++) {
        double *x = &transform->x[i], *y = &transform->y[i];
        const enum ivq_status status = read_knot(json, json_array_get(knots, i), x, y);
        if (status != IVQ_OK)
            return status;
        if (i > 0 && !(x[-1] < x[0] && y[-1] <= y[0]))
            return ivq_json_fail(json, "knots", "x must ascend and y must not descend");
    }
    return IVQ_OK;
}

static enum ivq_status refuse_unknown(const struct ivq_json *json)
{
    static const char *const known[] = {"enabled", "p0", "p1", "p2", "knots", "out_lte_in", "out_gte_in"};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)json->object, name, value) /* its iterator is not const-correct */
    {
        size_t i = 0;
        while (i < sizeof known / sizeof known[0] && strcmp(name, known[i]) != 0)
            i++;
        if (i == sizeof known / sizeof known[0])
            return ivq_json_fail(json, name, "unknown member");
    }
    return IVQ_OK;
}

enum ivq_status ivq_transform_read(struct ivq_transform *transform, const struct ivq_json *json)
{
    enum ivq_status status = refuse_unknown(json);
    for (int i = 0; i < IVQ_TRANSFORM_DEGREES && status == IVQ_OK; i++) {
        transform->has[i] = !is_absent(json, coefficient_names[i]);
        if (transform->has[i])
            status = ivq_json_number(json, coefficient_names[i], &transform->p[i]);
    }
    if (status == IVQ_OK)
        status = read_knots(transform, json);
    if (status == IVQ_OK)
        status = read_flag(json, "enabled", &transform->enabled);
    if (status == IVQ_OK)
        status = read_flag(json, "out_lte_in", &transform->out_lte_in);
    if (status == IVQ_OK)
        status = read_flag(json, "out_gte_in", &transform->out_gte_in);
    return status;
}

static double apply_polynomial(const struct ivq_transform *transform, double y)
{
    if (!transform->has[0] && !transform->has[1] && !transform->has[2])
        return y;
    double t = 0;
    if (transform->has[0])
        t = t + transform->p[0];
    if (transform->has[1])
        t = t + transform->p[1] * y;
    if (transform->has[2])
        t = t + (transform->p[2] * y) * y;
    return t;
}

static double apply_knots(const struct ivq_transform *transform, double t)
{
    if (transform->knots < 2 || isnan(t))
        return t;
    int j = transform->knots -
            2; /* the later segment holds a shared knot; the outer ones go on beyond the ends */
    while (j > 0 && t < transform->x[j])
        j--;
    const double x0 = transform->x[j], x1 = transform->x[j + 1];
    const double y0 = transform->y[j], y1 = transform->y[j + 1];
    if (y0 == y1)
        return y0;
    if (x0 == 0)
        return ((y1 - y0) / x1) * t + y0;
    const double a = (y1 - y0) / (x1 - x0);
    const double b = y0 - x0 * a;
    return a * t + b;
}

double ivq_transform_apply(const struct ivq_transform *transform, double y)
{
    if (isnan(y))
        return y; /* a polynomial of p0 alone would hide it */
    double u = apply_knots(transform, apply_polynomial(transform, y));
    if (transform->out_lte_in && u > y)
        u = y;
    if (transform->out_gte_in && u < y)
        u = y;
    return u;
}

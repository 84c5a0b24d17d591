#include "base/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cli_and_logs.md section 5. */
enum { LOG_DIGITS = 6, LOG_DIGITS_SMALL = 16 };
static const double log_rule_end = 2147483648.0; /* 2^31: from here on always LOG_DIGITS */

/* Enough for an exact binary64 spelt out by any writer; longer text is no number a user meant. */
enum { PARSE_MAX = 800 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* C prints and reads the locale's decimal point, which may be several bytes. */
static void point_of_locale(char point[16])
{
    char half[32];
    const int length = snprintf(half, sizeof half, "%.1f", 0.5);

    snprintf(point, 16, "%.*s", length - 2, half + 1);
}

/* All that printf puts into a finite number besides these characters is the locale's decimal point. */
static bool is_number_char(char c)
{
    return is_digit(c) || c == '-' || c == '+' || c == 'e';
}

static void use_dot(char *text)
{
    char *end = text;

    for (const char *c = text; *c; c++) {
        if (is_number_char(*c))
            *end++ = *c;
        else if (end == text || end[-1] != '.')
            *end++ = '.';
    }
    *end = '\0';
}

static int digits_of_log_rule(double value)
{
    const double magnitude = fabs(value);
    double fraction;
    int steps = 0;

    if (!(magnitude < log_rule_end))
        return LOG_DIGITS;
    fraction = magnitude - trunc(magnitude);
    if (fraction == 0)
        return LOG_DIGITS;
    while (fraction < 1 && steps <= LOG_DIGITS) {
        fraction *= 10;
        steps++;
    }
    return steps > LOG_DIGITS ? LOG_DIGITS_SMALL : LOG_DIGITS;
}

static void format_exact(char text[IVQ_NUMBER_SIZE], double value)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, IVQ_NUMBER_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

static bool format_special(char text[IVQ_NUMBER_SIZE], double value)
{
    if (isfinite(value))
        return false;
    snprintf(text, IVQ_NUMBER_SIZE, "%s%s", signbit(value) ? "-" : "", isnan(value) ? "nan" : "inf");
    return true;
}

void ivq_number_format(char text[IVQ_NUMBER_SIZE], double value, struct ivq_precision precision)
{
    if (format_special(text, value))
        return;
    if (precision.rule == IVQ_PRECISION_EXACT)
        format_exact(text, value);
    else
        snprintf(text, IVQ_NUMBER_SIZE, "%.*f",
                 precision.rule == IVQ_PRECISION_FIXED ? precision.digits : digits_of_log_rule(value), value);
    use_dot(text);
}

void ivq_number_format_short(char text[IVQ_NUMBER_SIZE], double value)
{
    if (format_special(text, value))
        return;
    snprintf(text, IVQ_NUMBER_SIZE, "%g", value);
    use_dot(text);
}

bool ivq_precision_parse(const char *text, struct ivq_precision *precision)
{
    int64_t digits;

    if (!strcmp(text, "max") || !strcmp(text, "legacy")) {
        *precision = (struct ivq_precision){.rule = *text == 'm' ? IVQ_PRECISION_EXACT : IVQ_PRECISION_LOG};
        return true;
    }
    if (!ivq_number_parse_int(text, 0, IVQ_PRECISION_MAX_DIGITS, &digits))
        return false;
    *precision = (struct ivq_precision){.rule = IVQ_PRECISION_FIXED, .digits = (int)digits};
    return true;
}

static const char *after_digits(const char *text)
{
    while (is_digit(*text))
        text++;
    return text;
}

static const char *after_sign(const char *text)
{
    return text + (*text == '+' || *text == '-');
}

/* Whether the text is a number by the grammar of the header; *point is where its '.' stands, or its end. */
static bool is_number(const char *text, const char **point)
{
    const char *whole = after_sign(text);
    const char *end = after_digits(whole);
    bool digits = end > whole;

    *point = NULL;
    if (*end == '.') {
        *point = end;
        end = after_digits(*point + 1);
        digits |= end > *point + 1;
    }
    if (digits && (*end == 'e' || *end == 'E')) {
        const char *exponent = after_sign(end + 1);
        end = after_digits(exponent);
        digits = end > exponent;
    }
    if (!*point)
        *point = end;
    return digits && !*end;
}

/* The number as strtod reads it under this locale. */
static bool localise(const char *text, char local[PARSE_MAX])
{
    const char *point;
    char local_point[16] = "";
    int length;

    if (!is_number(text, &point))
        return false;
    if (*point)
        point_of_locale(local_point);
    length = snprintf(local, PARSE_MAX, "%.*s%s%s", (int)(point - text), text, local_point,
                      *point ? point + 1 : "");
    return length < PARSE_MAX;
}

/* A binary32 is rounded once, from the text. */
static bool parse(const char *text, bool single, double *value)
{
    char local[PARSE_MAX];

    if (!localise(text, local))
        return false;
    const double parsed = single ? (double)strtof(local, NULL) : strtod(local, NULL);
    if (!isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

bool ivq_number_parse(const char *text, double *value)
{
    return parse(text, false, value);
}

bool ivq_number_parse_float(const char *text, float *value)
{
    double parsed;

    if (!parse(text, true, &parsed))
        return false;
    *value = (float)parsed;
    return true;
}

bool ivq_number_parse_int(const char *text, int64_t min, int64_t max, int64_t *value)
{
    const char *digits = after_sign(text);
    const char *end = after_digits(digits);
    long long parsed;

    if (end == digits || *end)
        return false;
    errno = 0;
    parsed = strtoll(text, NULL, 10);
    if (errno || parsed < min || parsed > max)
        return false;
    *value = parsed;
    return true;
}

bool ivq_number_parse_unsigned(const char *text, uint64_t max, uint64_t *value)
{
    unsigned long long parsed;
    char *end;

    if (!is_digit(*text)) /* strtoull would take blanks and signs */
        return false;
    errno = 0;
    parsed = strtoull(text, &end, 0);
    if (errno || *end || parsed > max)
        return false;
    *value = parsed;
    return true;
}

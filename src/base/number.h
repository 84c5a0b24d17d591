/* Numbers as text: always with '.', whatever the locale of the process. All functions are free of state and
   may be called from any thread (while no other thread is inside setlocale). */
#ifndef IVQ_BASE_NUMBER_H
#define IVQ_BASE_NUMBER_H
#include <stdbool.h>
#include <stdint.h>

enum ivq_precision_rule {
    IVQ_PRECISION_LOG,   /* the rule of cli_and_logs.md section 5: 6 digits after the point, or 16 */
    IVQ_PRECISION_FIXED, /* `digits` digits after the point */
    IVQ_PRECISION_EXACT, /* 15 to 17 significant digits: as many as read back to the same double */
};

enum { IVQ_PRECISION_MAX_DIGITS = 30 };

struct ivq_precision {
    enum ivq_precision_rule rule;
    int digits; /* IVQ_PRECISION_FIXED only: 0 to IVQ_PRECISION_MAX_DIGITS */
};

/* Holds any double in any precision: sign, 309 digits, point, 30 digits, and the end. */
enum { IVQ_NUMBER_SIZE = 352 };

/* Infinities and NaN come out as C prints them: inf, -inf, nan, -nan. */
void ivq_number_format(char text[IVQ_NUMBER_SIZE], double value, struct ivq_precision precision);

/* C's %g, six significant digits: how option values enter names (model.md 2.2). */
void ivq_number_format_short(char text[IVQ_NUMBER_SIZE], double value);

/* The text of --precision: a count of digits, "max" for IVQ_PRECISION_EXACT, "legacy" for
   IVQ_PRECISION_LOG. */
bool ivq_precision_parse(const char *text, struct ivq_precision *precision);

/* The whole text is one decimal number, with or without sign, point and exponent, nearest even rounding; no
   blanks, no hexadecimal, no "inf" or "nan", nothing too large for the type. False leaves *value alone. */
bool ivq_number_parse(const char *text, double *value);
bool ivq_number_parse_float(const char *text, float *value);

/* The whole text is one decimal integer from min to max. */
bool ivq_number_parse_int(const char *text, int64_t min, int64_t max, int64_t *value);

/* The whole text is one unsigned integer up to max: decimal, octal (0...) or hexadecimal (0x...). */
bool ivq_number_parse_unsigned(const char *text, uint64_t max, uint64_t *value);

#endif

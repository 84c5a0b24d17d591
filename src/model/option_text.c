#include "model/option_text.h"

#include <math.h>
#include <stddef.h>

bool ivq_option_text_of_number(double value, char text[IVQ_NUMBER_SIZE])
{
    const float single = (float)value;
    if (!isfinite(single))
        return false;
    ivq_number_format_short(text, (double)single);
    return true;
}

const char *ivq_option_text_of_value(const char *value, char number[IVQ_NUMBER_SIZE])
{
    float single;
    double wide;
    if (ivq_number_parse_float(value, &single)) {
        ivq_number_format_short(number, (double)single);
        return number;
    }
    return ivq_number_parse(value, &wide) ? NULL : value;
}

/* The text form in which option values reach metrics (model.md 2.2, rule 1): numbers pass through binary32
   and six significant digits. The rule is part of the scores, so models, overloads and --feature share this
   one. */
#ifndef IVQ_MODEL_OPTION_TEXT_H
#define IVQ_MODEL_OPTION_TEXT_H
#include <stdbool.h>

#include "base/number.h"

/* Prints the binary32 nearest to value. False where that is not finite. */
bool ivq_option_text_of_number(double value, char text[IVQ_NUMBER_SIZE]);

/* A value as typed: a whole decimal number is converted into number, anything else stays as it is. Returns
   number or value; NULL where the number is too large for binary32. */
const char *ivq_option_text_of_value(const char *value, char number[IVQ_NUMBER_SIZE]);

#endif

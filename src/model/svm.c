#include "model/svm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/exactmath.h"
#include "base/number.h"

/* A word is a key, a value or index:value; two numbers with 17 digits fit easily. */
enum { WORD_SIZE = 96 };

struct text {
    const char *at;
    int line; /* from 1, for messages */
    const struct ivq_json *json;
    const char *member;
    char word[WORD_SIZE]; /* the last one taken, "" at the end of a line */
};

struct header {
    double gamma, rho, total;
};

enum { NO_NUMBER = -1 };

/* The header's keys (model.md 3). The last ones are legal and say nothing that matters here. */
static const struct key {
    const char *name;
    const char *word; /* the one value that is allowed; NULL: any */
    int number;       /* where in struct header its number goes */
    bool required;
} keys[] = {
    {"svm_type", "nu_svr", NO_NUMBER, true},
    {"kernel_type", "rbf", NO_NUMBER, true},
    {"gamma", NULL, offsetof(struct header, gamma), true},
    {"rho", NULL, offsetof(struct header, rho), true},
    {"total_sv", NULL, offsetof(struct header, total), true},
    {"nr_class", "2", NO_NUMBER, false},
    {"degree", NULL, NO_NUMBER, false},
    {"coef0", NULL, NO_NUMBER, false},
    {"label", NULL, NO_NUMBER, false},
    {"probA", NULL, NO_NUMBER, false},
    {"probB", NULL, NO_NUMBER, false},
    {"nr_sv", NULL, NO_NUMBER, false},
};
enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static enum ivq_status fail(const struct text *text, const char *what)
{
    return ivq_json_fail(text->json, text->member, "line %d: %s", text->line, what);
}

/* Takes the next word of the line. False where it is too long to be one. */
static bool take_word(struct text *text)
{
    text->at += strspn(text->at, " \t\r");
    const size_t length = strcspn(text->at, " \t\r\n");
    if (length >= WORD_SIZE)
        return false;
    memcpy(text->word, text->at, length);
    text->word[length] = '\0';
    text->at += length;
    return true;
}

static bool at_line_end(struct text *text)
{
    text->at += strspn(text->at, " \t\r");
    return *text->at == '\n' || *text->at == '\0';
}

static void next_line(struct text *text)
{
    text->at += strcspn(text->at, "\n");
    if (*text->at == '\n') {
        text->at++;
        text->line++;
    }
}

static const struct key *find_key(const char *word)
{
    for (int i = 0; i < KEY_COUNT; i++)
        if (strcmp(word, keys[i].name) == 0)
            return &keys[i];
    return NULL;
}

static enum ivq_status read_header_value(struct text *text, const struct key *key, struct header *header)
{
    if (!key->word && key->number == NO_NUMBER)
        return IVQ_OK;
    if (!take_word(text) || !at_line_end(text))
        return ivq_json_fail(text->json, text->member, "line %d: %s must have one value", text->line,
                             key->name);
    if (key->word && strcmp(text->word, key->word) != 0)
        return ivq_json_fail(text->json, text->member, "line %d: %s must be %s", text->line, key->name,
                             key->word);
    if (key->number != NO_NUMBER && !ivq_number_parse(text->word, (double *)((char *)header + key->number)))
        return ivq_json_fail(text->json, text->member, "line %d: %s must be a number", text->line, key->name);
    return IVQ_OK;
}

static enum ivq_status check_header(const struct text *text, unsigned seen, const struct header *header,
                                    int max_count)
{
    for (int i = 0; i < KEY_COUNT; i++)
        if (keys[i].required && !(seen & 1u << i))
            return ivq_json_fail(text->json, text->member, "%s is missing", keys[i].name);
    if (header->gamma < 0)
        return ivq_json_fail(text->json, text->member, "gamma must not be negative");
    if (!(header->total >= 1 && header->total <= max_count) || header->total != (int)header->total)
        return ivq_json_fail(text->json, text->member, "total_sv must be a whole number from 1 to %d",
                             max_count);
    return IVQ_OK;
}

static enum ivq_status read_header(struct text *text, struct header *header, int max_count)
{
    unsigned seen = 0;
    for (;; next_line(text)) {
        if (!take_word(text))
            return fail(text, "unknown key");
        if (strcmp(text->word, "SV") == 0 && at_line_end(text))
            break;
        const struct key *key = find_key(text->word);
        if (!key)
            return fail(text, *text->at ? "unknown key" : "the text ends before SV");
        if (seen & 1u << (key - keys))
            return fail(text, "a key given twice");
        seen |= 1u << (key - keys);
        const enum ivq_status status = read_header_value(text, key, header);
        if (status != IVQ_OK)
            return status;
    }
    next_line(text);
    return check_header(text, seen, header, max_count);
}

/* The word as "index:value", with a whole index above *last. */
static enum ivq_status read_component(struct text *text, int *last, int features, double *vector)
{
    int64_t index;
    double value;
    char *colon = strchr(text->word, ':');
    if (!colon || !ivq_number_parse(colon + 1, &value))
        return fail(text, "expected index:value");
    *colon = '\0';
    if (!ivq_number_parse_int(text->word, *last + 1, features, &index))
        return ivq_json_fail(text->json, text->member, "line %d: indices must ascend from 1 to at most %d",
                             text->line, features);
    *last = (int)index;
    vector[index - 1] = value;
    return IVQ_OK;
}

static enum ivq_status read_vector(struct text *text, int features, double *coefficient, double *vector)
{
    if (!*text->at)
        return fail(text, "fewer support vectors than total_sv says");
    if (!take_word(text) || !ivq_number_parse(text->word, coefficient))
        return fail(text, "expected a coefficient");
    int last = 0;
    while (!at_line_end(text)) {
        if (!take_word(text))
            return fail(text, "expected index:value");
        const enum ivq_status status = read_component(text, &last, features, vector);
        if (status != IVQ_OK)
            return status;
    }
    next_line(text);
    return IVQ_OK;
}

enum ivq_status ivq_svm_parse(struct ivq_svm *svm, const char *text, int features, int max_count,
                              const struct ivq_json *json, const char *member)
{
    struct text reader = {.at = text, .line = 1, .json = json, .member = member};
    struct header header = {0};
    enum ivq_status status = read_header(&reader, &header, max_count);
    if (status != IVQ_OK)
        return status;
    *svm = (struct ivq_svm){features, (int)header.total, header.gamma, header.rho, NULL, NULL};
    svm->coefficients = calloc((size_t)svm->count, sizeof *svm->coefficients);
    svm->vectors = calloc((size_t)svm->count * (size_t)features, sizeof *svm->vectors);
    if (!svm->coefficients || !svm->vectors)
        return ivq_fail_memory(json->error, "support vectors");
    for (int i = 0; i < svm->count && status == IVQ_OK; i++)
        status =
            read_vector(&reader, features, &svm->coefficients[i], svm->vectors + (ptrdiff_t)i * features);
    if (status != IVQ_OK)
        return status;
    while (*reader.at && at_line_end(&reader))
        next_line(&reader);
    return *reader.at ? fail(&reader, "more support vectors than total_sv says") : IVQ_OK;
}

void ivq_svm_free(struct ivq_svm *svm)
{
    free(svm->coefficients);
    free(svm->vectors);
    *svm = (struct ivq_svm){0};
}

double ivq_svm_predict(const struct ivq_svm *svm, const double *z)
{
    double sum = 0;
    const double *vector = svm->vectors;
    for (int k = 0; k < svm->count; k++, vector += svm->features) {
        double distance = 0;
        for (int i = 0; i < svm->features; i++) {
            const double difference = z[i] - vector[i];
            distance = distance + difference * difference;
        }
        sum = sum + svm->coefficients[k] * ivq_exp(-svm->gamma * distance);
    }
    return sum - svm->rho;
}

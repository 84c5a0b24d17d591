#include "parity/calibration_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum ivq_status taker(void *user, const struct ivq_yaml_entry *entry, struct ivq_error *error);

struct parser {
    const char *path;
    taker *take;
    void *user;
    int line, row;
    int list_indent;    /* of the '-' of rows; -1: not in the list */
    int member_indent;  /* of a row's members */
    int feature_indent; /* of entries of `features`; -1: not in it, 0: it has begun */
    int text_indent;    /* of a member whose text may go on in lines further in; -1: none */
};

static enum ivq_status fail(const struct parser *p, const char *what, struct ivq_error *error)
{
    return ivq_fail(error, IVQ_INPUT, "%.160s, line %d: %s", p->path, p->line, what);
}

/* Cuts a comment and blanks off the end. */
static void trim(char *text)
{
    char quote = 0;
    size_t length = 0;
    for (; text[length]; length++) {
        const char c = text[length];
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? 0 : c;
        else if (c == '#' && !quote && (!length || text[length - 1] == ' '))
            break;
    }
    while (length && strchr(" \r\n", text[length - 1]))
        length--;
    text[length] = 0;
}

/* Takes quotes off; false where they do not close. */
static bool unquote(char **text)
{
    char *const t = *text;
    const size_t length = strlen(t);
    if (*t != '"' && *t != '\'')
        return true;
    if (length < 2 || t[length - 1] != *t || strchr(t, '\\'))
        return false;
    t[length - 1] = 0;
    *text = t + 1;
    return true;
}

/* Splits "key: value" at the first ": ", or ":" at the end. */
static bool split(char *text, char **key, char **value)
{
    char *colon = text;
    while ((colon = strchr(colon, ':')) && colon[1] && colon[1] != ' ')
        colon++;
    if (!colon || colon == text)
        return false;
    *colon = 0;
    *key = text;
    *value = colon + 1 + strspn(colon + 1, " ");
    return unquote(key) && unquote(value);
}

static enum ivq_status put(struct parser *p, const char *key, const char *value, bool feature,
                           struct ivq_error *error)
{
    const struct ivq_yaml_entry entry = {key, value, p->line, p->row, feature};
    return p->take(p->user, &entry, error);
}

/* {a: 1, b: 2} */
static enum ivq_status take_braces(struct parser *p, char *text, struct ivq_error *error)
{
    const size_t length = strlen(text);
    enum ivq_status status = IVQ_OK;
    char *key, *value, *rest = text + 1;
    if (text[length - 1] != '}')
        return fail(p, "'{' is not closed in this line", error);
    text[length - 1] = 0;
    for (char *pair; status == IVQ_OK && (pair = strsep(&rest, ","));) {
        pair += strspn(pair, " ");
        trim(pair);
        if (!*pair)
            continue;
        status = split(pair, &key, &value) ? put(p, key, value, true, error)
                                           : fail(p, "'key: value' is expected between braces", error);
    }
    return status;
}

static enum ivq_status take_member(struct parser *p, int indent, char *text, struct ivq_error *error)
{
    char *key, *value;
    if (!split(text, &key, &value))
        return fail(p, "'key: value' is expected", error);
    p->text_indent = indent;
    if (strcmp(key, "features") != 0)
        return put(p, key, strcmp(value, ">") && strcmp(value, "|") ? value : "", false, error);
    p->text_indent = -1;
    if (*value == '{')
        return take_braces(p, value, error);
    p->feature_indent = 0;
    return *value ? fail(p, "features is a mapping", error) : IVQ_OK;
}

static enum ivq_status take_top(struct parser *p, char *text, struct ivq_error *error)
{
    char *key, *value;
    if (!split(text, &key, &value))
        return fail(p, "'key: value' is expected", error);
    if (*value && strcmp(value, "[]") != 0)
        return put(p, key, value, false, error);
    if (p->list_indent >= 0)
        return fail(p, "there is one list of rows", error);
    p->list_indent = 0;
    return IVQ_OK;
}

static enum ivq_status take_feature(struct parser *p, int indent, char *text, struct ivq_error *error)
{
    char *key, *value;
    if (p->feature_indent && indent != p->feature_indent)
        return fail(p, "entries of features stand below each other", error);
    p->feature_indent = indent;
    if (!split(text, &key, &value))
        return fail(p, "'feature: tolerance' is expected", error);
    return put(p, key, value, true, error);
}

static enum ivq_status begin_row(struct parser *p, int indent, char *text, struct ivq_error *error)
{
    const int blanks = 1 + (int)strspn(text + 1, " ");
    if (p->row && indent != p->list_indent)
        return fail(p, "rows stand below each other", error);
    p->list_indent = indent;
    p->member_indent = indent + blanks;
    p->feature_indent = p->text_indent = -1;
    p->row++;
    return take_member(p, p->member_indent, text + blanks, error);
}

static enum ivq_status take_line(struct parser *p, char *line, struct ivq_error *error)
{
    const int indent = (int)strspn(line, " ");
    char *const text = line + indent;
    trim(text);
    if (!*text || !strcmp(text, "---"))
        return IVQ_OK;
    if (strchr(text, '\t'))
        return fail(p, "a tab; YAML is indented with blanks", error);
    if (p->row && p->text_indent >= 0 && indent > p->text_indent)
        return IVQ_OK; /* a text goes on */
    if (p->list_indent >= 0 && *text == '-' && text[1] == ' ')
        return begin_row(p, indent, text, error);
    if (p->row && p->feature_indent >= 0 && indent > p->member_indent)
        return take_feature(p, indent, text, error);
    p->feature_indent = -1;
    if (p->row && indent == p->member_indent)
        return take_member(p, indent, text, error);
    return indent ? fail(p, "this indentation belongs to nothing", error) : take_top(p, text, error);
}

enum ivq_status ivq_yaml_read(const char *path, taker *take, void *user, struct ivq_error *error)
{
    struct parser p = {path, take, user, 0, 0, -1, -1, -1, -1};
    enum ivq_status status = IVQ_OK;
    char *line = NULL;
    size_t size = 0;
    FILE *const file = fopen(path, "re");
    if (!file)
        return ivq_fail(error, IVQ_INPUT, "the calibration table %s cannot be read: %s", path,
                        strerror(errno));
    while (status == IVQ_OK && getline(&line, &size, file) >= 0) {
        p.line++;
        status = take_line(&p, line, error);
    }
    if (status == IVQ_OK && (ferror(file) || !p.line))
        status = ivq_fail(error, IVQ_INPUT, "the calibration table %s is empty or cannot be read", path);
    free(line);
    fclose(file);
    return status;
}

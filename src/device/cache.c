/* An entry is a header and the data. Its name comes from its key; the digest in the header from key and data.
 */
#include "device/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"

static const char entry_magic[8] = "isovqc1"; /* changes with the layout */

struct header {
    char magic[sizeof entry_magic];
    uint64_t size; /* of the data that follows */
    uint8_t digest[IVQ_SHA256_SIZE];
};

enum {
    MAX_DATA = 256 << 20, /* no driver makes as much: a damaged size is not believed */
    NAME_DIGITS = 32,     /* of the key's digest */
    MAX_TEMPORARY = 100,  /* names that are tried */
};

/* Where one entry is. */
struct place {
    char folder[PATH_MAX];
    char name[80];
    int descriptor; /* of the folder */
    struct ivq_error *remark;
};

static void say(const struct place *place, const char *name, const char *why)
{
    if (place->remark && !place->remark->text[0])
        ivq_fail(place->remark, IVQ_OK, "the cache of kernels %s%s%s is not used: %s", place->folder,
                 *name ? "/" : "", name, why);
}

/* Owned by this user, and by nobody else to be written: a digest without a secret proves no more than that
   the file is whole. */
static bool is_private(const struct place *place, const char *name, const struct stat *facts)
{
    char why[80];
    if (facts->st_uid != geteuid())
        snprintf(why, sizeof why, "it belongs to another user (%u)", (unsigned)facts->st_uid);
    else if (facts->st_mode & (S_IWGRP | S_IWOTH))
        snprintf(why, sizeof why, "others can write to it (mode %03o); chmod go-w makes it usable",
                 (unsigned)facts->st_mode & 0777);
    else
        return true;
    say(place, name, why);
    return false;
}

/* --- the folder --- */

static bool find_folder(char path[PATH_MAX])
{
    const char *const own = getenv("ISOVQ_CACHE"), *const xdg = getenv("XDG_CACHE_HOME"),
                      *const home = getenv("HOME");
    int length = 0;
    if (own)
        length = snprintf(path, PATH_MAX, "%s", own);
    else if (xdg && xdg[0] == '/') /* the XDG specification ignores relative paths */
        length = snprintf(path, PATH_MAX, "%s/isovq", xdg);
    else if (home && home[0])
        length = snprintf(path, PATH_MAX, "%s/.cache/isovq", home);
    return length > 0 && length < PATH_MAX;
}

bool ivq_cache_make_folder(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    struct stat facts;
    mkdir(path, 0700);
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static void name_entry(const struct ivq_cache_key *key, char name[80])
{
    const struct ivq_piece text = {key->text, strlen(key->text)};
    uint8_t digest[IVQ_SHA256_SIZE];
    char digits[IVQ_SHA256_TEXT];
    ivq_sha256(&text, 1, digest);
    ivq_sha256_text(digest, digits);
    snprintf(name, 80, "%.20s-%.*s", key->kind, NAME_DIGITS, digits);
}

/* Opens the folder of an entry. False where there is none to use. */
static bool enter(const struct ivq_cache_key *key, bool create, struct ivq_error *remark, struct place *place)
{
    struct stat facts;
    place->remark = remark;
    if (!find_folder(place->folder) || (create && !ivq_cache_make_folder(place->folder)))
        return false;
    name_entry(key, place->name);
    place->descriptor = open(place->folder, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    if (place->descriptor < 0) {
        if (errno != ENOENT)
            say(place, "", strerror(errno));
        return false;
    }
    if (fstat(place->descriptor, &facts) == 0 && is_private(place, "", &facts))
        return true;
    close(place->descriptor);
    return false;
}

static void leave(const struct place *place)
{
    close(place->descriptor);
}

/* --- reading --- */

/* NULL where there is none, or where it is something else. Opening a FIFO or a device does not wait here. */
static FILE *open_entry(const struct place *place)
{
    struct stat facts;
    const int descriptor =
        openat(place->descriptor, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno != ENOENT)
            say(place, place->name, errno == ELOOP || errno == ENXIO ? "it is no file" : strerror(errno));
        return NULL;
    }
    FILE *file = NULL;
    if (fstat(descriptor, &facts) || !S_ISREG(facts.st_mode))
        say(place, place->name, "it is no file");
    else if (is_private(place, place->name, &facts))
        file = fdopen(descriptor, "rb");
    if (!file)
        close(descriptor);
    return file;
}

static bool read_header(FILE *file, struct header *header)
{
    return fread(header, sizeof *header, 1, file) == 1 &&
           !memcmp(header->magic, entry_magic, sizeof entry_magic) && header->size &&
           header->size <= MAX_DATA;
}

/* The end of the key's text keeps it apart from the data. */
static void digest_of(const struct ivq_cache_key *key, const void *data, size_t size,
                      uint8_t digest[IVQ_SHA256_SIZE])
{
    const struct ivq_piece pieces[] = {{key->text, strlen(key->text) + 1}, {data, size}};
    ivq_sha256(pieces, 2, digest);
}

static unsigned char *read_data(const struct ivq_cache_key *key, FILE *file, size_t *size)
{
    struct header header;
    uint8_t digest[IVQ_SHA256_SIZE];
    if (!read_header(file, &header))
        return NULL;
    unsigned char *const data = malloc(header.size + 1);
    if (data && fread(data, 1, header.size + 1, file) == header.size) {
        digest_of(key, data, header.size, digest);
        *size = header.size;
        if (!memcmp(digest, header.digest, sizeof digest))
            return data;
    }
    free(data);
    return NULL;
}

unsigned char *ivq_cache_load(const struct ivq_cache_key *key, size_t *size, struct ivq_error *remark)
{
    struct place place;
    if (!enter(key, false, remark, &place))
        return NULL;
    FILE *const file = open_entry(&place);
    unsigned char *const data = file ? read_data(key, file, size) : NULL;
    if (file)
        fclose(file);
    leave(&place);
    return data;
}

/* --- writing --- */

static bool is_stored(const struct ivq_cache_key *key, const struct place *place, const void *data,
                      size_t size)
{
    size_t found_size = 0;
    FILE *const file = open_entry(place);
    unsigned char *const found = file ? read_data(key, file, &found_size) : NULL;
    const bool same = found && found_size == size && !memcmp(found, data, size);
    free(found);
    if (file)
        fclose(file);
    return same;
}

/* What is there and no file is somebody's, and stays. */
static bool may_replace(const struct place *place)
{
    struct stat facts;
    return fstatat(place->descriptor, place->name, &facts, AT_SYMLINK_NOFOLLOW) || S_ISREG(facts.st_mode);
}

/* A new file beside the entry, for this user alone. */
static FILE *create_temporary(const struct place *place, char name[120])
{
    int descriptor = -1;
    for (int i = 0; i < MAX_TEMPORARY && descriptor < 0; i++) {
        snprintf(name, 120, "%s.%ld.%d", place->name, (long)getpid(), i);
        descriptor =
            openat(place->descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (descriptor < 0 && errno != EEXIST)
            return NULL;
    }
    FILE *const file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (!file && descriptor >= 0) {
        close(descriptor);
        unlinkat(place->descriptor, name, 0);
    }
    return file;
}

static void write_entry(const struct ivq_cache_key *key, const struct place *place, const void *data,
                        size_t size)
{
    struct header header = {.size = size};
    char name[120];
    FILE *const file = create_temporary(place, name);
    if (!file)
        return;
    memcpy(header.magic, entry_magic, sizeof entry_magic);
    digest_of(key, data, size, header.digest);
    bool written = fwrite(&header, sizeof header, 1, file) == 1 && fwrite(data, size, 1, file) == 1;
    written = fclose(file) == 0 && written;
    if (!written || renameat(place->descriptor, name, place->descriptor, place->name))
        unlinkat(place->descriptor, name, 0);
}

void ivq_cache_store(const struct ivq_cache_key *key, const void *data, size_t size, struct ivq_error *remark)
{
    struct place place;
    if (!size || size > MAX_DATA || !enter(key, true, remark, &place))
        return;
    if (may_replace(&place) && !is_stored(key, &place, data, size))
        write_entry(key, &place, data, size);
    leave(&place);
}

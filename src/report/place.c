#include "report/place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/number.h"

enum { MAX_LINKS = 40 }; /* as many as Linux follows */

static int find_descriptor(struct ivq_place *place, int descriptor)
{
    place->descriptor = descriptor;
    place->exists = true;
    return fstat(descriptor, &place->info) ? errno : 0;
}

/* Moves from one folder to another, given by a path that is relative to it. */
static int enter(struct ivq_place *place, const char *path)
{
    const int next = openat(place->folder, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int reason = errno;
    if (place->folder >= 0)
        close(place->folder);
    place->folder = next;
    return next < 0 ? reason : 0;
}

/* Cuts a path: enters the folder and leaves the last name in `entry`. */
static int enter_folder_of(struct ivq_place *place, char *path)
{
    char *const slash = strrchr(path, '/');
    const char *const entry = slash ? slash + 1 : path;
    const bool is_folder = !*entry || !strcmp(entry, ".") || !strcmp(entry, "..");
    if (strlen(entry) > NAME_MAX)
        return ENAMETOOLONG;
    strcpy(place->entry, is_folder ? "." : entry);
    if (is_folder)
        return enter(place, path);
    if (!slash)
        return enter(place, ".");
    *slash = '\0';
    return enter(place, *path ? path : "/");
}

static bool is_own_descriptors(int folder)
{
    static const char *const own[] = {"/proc/self/fd", "/proc/thread-self/fd"};
    struct stat here, there;
    for (int i = 0; i < 2; i++)
        if (!fstat(folder, &here) && !stat(own[i], &there) && here.st_dev == there.st_dev &&
            here.st_ino == there.st_ino)
            return true;
    return false;
}

/* Links of /proc lead to what has no path, such as pipes: only the kernel can follow them. */
static bool is_proc(int folder)
{
    struct statfs info;
    return !fstatfs(folder, &info) && info.f_type == PROC_SUPER_MAGIC;
}

static int examine(struct ivq_place *place, int flags)
{
    place->exists = !fstatat(place->folder, place->entry, &place->info, flags);
    if (place->exists)
        return 0;
    if (errno != ENOENT)
        return errno;
    return fstat(place->folder, &place->info) ? errno : 0;
}

static int follow(struct ivq_place *place, char path[PATH_MAX])
{
    for (int links = 0; links < MAX_LINKS; links++) {
        int64_t number;
        const int reason = enter_folder_of(place, path);
        if (reason)
            return reason;
        if (is_proc(place->folder)) {
            if (is_own_descriptors(place->folder) && ivq_number_parse_int(place->entry, 0, INT_MAX, &number))
                return find_descriptor(place, (int)number);
            return examine(place, 0);
        }
        const ssize_t length = readlinkat(place->folder, place->entry, path, PATH_MAX);
        if (length < 0)
            return examine(place, AT_SYMLINK_NOFOLLOW);
        if (length >= PATH_MAX)
            return ENAMETOOLONG;
        path[length] = '\0';
    }
    return ELOOP;
}

int ivq_place_find(struct ivq_place *place, const char *path, int standard)
{
    char text[PATH_MAX];
    int reason = ENAMETOOLONG;
    *place = (struct ivq_place){.descriptor = -1, .folder = AT_FDCWD};
    if (!strcmp(path, "-"))
        reason = find_descriptor(place, standard);
    else if (strlen(path) < sizeof text)
        reason = follow(place, strcpy(text, path));
    if (place->folder == AT_FDCWD)
        place->folder = -1;
    if (reason || place->descriptor >= 0)
        ivq_place_close(place);
    return reason;
}

void ivq_place_close(struct ivq_place *place)
{
    if (place->folder >= 0)
        close(place->folder);
    place->folder = -1;
}

bool ivq_place_same(const struct ivq_place *a, const struct ivq_place *b)
{
    if (a->descriptor >= 0 && a->descriptor == b->descriptor)
        return true;
    if (a->exists != b->exists || S_ISCHR(a->info.st_mode) || a->info.st_dev != b->info.st_dev ||
        a->info.st_ino != b->info.st_ino)
        return false;
    return a->exists || !strcmp(a->entry, b->entry);
}

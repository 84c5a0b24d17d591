#include "report/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <unistd.h>

/* --- opening: what can be known before anything changes --- */

static const char *text_of(int reason)
{
    return reason == EWOULDBLOCK ? "another run writes to it" : strerror(reason);
}

/* A handler of signals in this thread then sees the name of a file that is there, or none. */
static void block_signals(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
}

/* A new file beside the target, under a name of its own. */
static int create_temporary(struct ivq_file *f, mode_t mode)
{
    unsigned long long number;
    sigset_t before;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return -1;
    block_signals(&before);
    snprintf(f->temporary, sizeof f->temporary, ".isovq-%016llx", number);
    const int fd = openat(f->place.folder, f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    const int reason = errno;
    if (fd < 0)
        *f->temporary = '\0';
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    return fd;
}

static void remove_temporary(struct ivq_file *f)
{
    ivq_file_remove_temporary(f);
    *f->temporary = '\0';
}

void ivq_file_remove_temporary(const struct ivq_file *f)
{
    if (*f->temporary)
        unlinkat(f->place.folder, f->temporary, 0);
}

/* An access list or attributes of users, which a new file would not have. */
static bool has_attributes(int fd)
{
    char names[4096];
    const ssize_t size = flistxattr(fd, names, sizeof names);
    if (size < 0)
        return errno == ERANGE;
    for (ssize_t at = 0; at < size; at += (ssize_t)strlen(names + at) + 1)
        if (!strncmp(names + at, "user.", strlen("user.")) || !strcmp(names + at, "system.posix_acl_access"))
            return true;
    return false;
}

/* False where a new file cannot have the owner and mode of the old one. */
static bool make_alike(int fd, const struct stat *old)
{
    struct stat new;
    if (fstat(fd, &new))
        return false;
    if ((new.st_uid != old->st_uid || new.st_gid != old->st_gid) && fchown(fd, old->st_uid, old->st_gid))
        return false;
    return ((new.st_mode ^ old->st_mode) & ALLPERMS) == 0 || !fchmod(fd, old->st_mode & ALLPERMS);
}

static bool has_flag(const struct ivq_place *place, const char *entry, uint64_t flag)
{
    struct statx info;
    return !statx(place->folder, entry, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &info) &&
           (info.stx_attributes & flag);
}

/* No name in such a folder can be taken away or given to another file. */
static bool keeps_names(const struct ivq_place *place)
{
    return has_flag(place, ".", STATX_ATTR_APPEND);
}

/* A file beside the target that could take its place, or -1 and errno. */
static int create_alike(struct ivq_file *f)
{
    if (!f->place.exists)
        return create_temporary(f, 0666);
    const int fd = create_temporary(f, 0600);
    if (fd < 0 || make_alike(fd, &f->place.info))
        return fd;
    close(fd);
    remove_temporary(f);
    errno = EPERM;
    return -1;
}

/* Tries to make such a file. No signal ends the process while it is there. Returns errno. */
static int try_folder(struct ivq_file *f)
{
    sigset_t before;
    block_signals(&before);
    const int fd = create_alike(f);
    const int reason = fd < 0 ? errno : 0;
    if (fd >= 0) {
        close(fd);
        remove_temporary(f);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return reason;
}

/* In place writes one run at a time, and none replaces the file meanwhile; those that replace it may be many.
   Returns errno; file systems without locks have none. */
static int lock(int fd, bool replaces)
{
    return flock(fd, (replaces ? LOCK_SH : LOCK_EX) | LOCK_NB) && errno == EWOULDBLOCK ? EWOULDBLOCK : 0;
}

static bool can_be_replaced(struct ivq_file *f)
{
    return f->place.info.st_nlink == 1 && !has_attributes(f->descriptor) &&
           !has_flag(&f->place, f->place.entry, STATX_ATTR_MOUNT_ROOT) && !keeps_names(&f->place) &&
           !try_folder(f);
}

static int open_regular(struct ivq_file *f, enum ivq_file_kind kind)
{
    f->descriptor = openat(f->place.folder, f->place.entry, O_WRONLY | O_CLOEXEC);
    if (f->descriptor < 0)
        return errno;
    f->can_cut = true;
    f->replaces = kind == IVQ_FILE_WHOLE && can_be_replaced(f);
    return lock(f->descriptor, f->replaces);
}

/* Of this process: written where it stands. */
static int open_descriptor(struct ivq_file *f)
{
    const int fd = f->place.descriptor, flags = fcntl(fd, F_GETFL);
    if (flags < 0)
        return errno;
    if ((flags & O_ACCMODE) == O_RDONLY)
        return EBADF;
    if (fd == STDOUT_FILENO)
        return 0;
    f->descriptor = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return f->descriptor < 0 ? errno : 0;
}

static int open_place(struct ivq_file *f, enum ivq_file_kind kind)
{
    if (f->place.descriptor >= 0)
        return open_descriptor(f);
    if (!f->place.exists) {
        const bool direct = keeps_names(&f->place);
        f->replaces = kind == IVQ_FILE_WHOLE && !direct;
        return direct ? 0 : try_folder(f);
    }
    if (S_ISREG(f->place.info.st_mode))
        return open_regular(f, kind);
    f->descriptor = openat(f->place.folder, f->place.entry, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return f->descriptor < 0 ? errno : 0;
}

/* Back to what is neither open nor wanted. */
static void release(struct ivq_file *f)
{
    if (f->descriptor >= 0)
        close(f->descriptor);
    ivq_place_close(&f->place);
    *f = (struct ivq_file){.descriptor = -1, .error_number = f->error_number, .name = NULL};
}

enum ivq_status ivq_file_open(struct ivq_file *f, const char *path, enum ivq_file_kind kind,
                              struct ivq_error *error)
{
    *f = (struct ivq_file){.descriptor = -1, .owned = true, .place = {.folder = -1}};
    if (!path)
        return IVQ_OK;
    f->name = path;
    int reason = ivq_place_find(&f->place, path, STDOUT_FILENO);
    if (f->place.descriptor == STDOUT_FILENO) {
        f->owned = false;
        f->name = "standard output";
    }
    if (!reason)
        reason = open_place(f, kind);
    if (!reason)
        return IVQ_OK;
    ivq_fail(error, IVQ_OUTPUT, "%s cannot be opened for writing: %s", f->name, text_of(reason));
    release(f);
    return IVQ_OUTPUT;
}

/* --- writing --- */

/* Where the run begins in a regular file, and whether it may be cut there: not where something follows. */
static void mark_start(struct ivq_file *f)
{
    const int fd = fileno(f->stream);
    struct stat info;
    f->can_cut = fd >= 0 && !fstat(fd, &info) && S_ISREG(info.st_mode);
    if (!f->can_cut)
        return;
    f->start = fcntl(fd, F_GETFL) & O_APPEND ? info.st_size : lseek(fd, 0, SEEK_CUR);
    f->can_cut = f->start >= info.st_size;
    f->arrived = f->start;
}

struct ivq_file ivq_file_around(FILE *file, const char *name)
{
    struct ivq_file f = {.stream = file, .name = name, .descriptor = -1};
    f.place.folder = -1;
    mark_start(&f);
    return f;
}

static int begin_new(struct ivq_file *f)
{
    if (f->replaces) {
        if (f->descriptor >= 0)
            close(f->descriptor);
        f->descriptor = create_alike(f);
    } else if (!f->place.exists) {
        f->descriptor = openat(f->place.folder, f->place.entry, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    }
    if (f->descriptor < 0)
        return errno;
    return f->replaces || f->place.exists ? 0 : lock(f->descriptor, false);
}

static int begin(struct ivq_file *f)
{
    if (!f->owned) {
        f->stream = stdout;
        return fflush(stdout) ? errno : 0;
    }
    const bool is_new = f->replaces || !f->place.exists;
    const int reason = is_new ? begin_new(f) : 0;
    if (reason)
        return reason;
    if ((is_new || f->can_cut) && ftruncate(f->descriptor, 0))
        return errno;
    f->stream = fdopen(f->descriptor, "w");
    if (!f->stream)
        return errno;
    f->descriptor = -1; /* the file's */
    return 0;
}

bool ivq_file_begin(struct ivq_file *f)
{
    if (f->stream || f->error_number)
        return !f->error_number;
    f->error_number = begin(f);
    if (!f->error_number)
        mark_start(f);
    return !f->error_number;
}

/* Shortens a file on disk and goes on writing there; false where that cannot be done. */
static bool cut(struct ivq_file *f, off_t end)
{
    if (!f->can_cut)
        return false;
    __fpurge(f->stream); /* or it would be tried again */
    clearerr(f->stream);
    f->arrived = end;
    return !ftruncate(fileno(f->stream), end) && !fseeko(f->stream, end, SEEK_SET);
}

bool ivq_file_flush(struct ivq_file *f)
{
    errno = 0;
    if (!fflush(f->stream) && !ferror(f->stream)) {
        if (f->can_cut)
            f->arrived = lseek(fileno(f->stream), 0, SEEK_CUR);
        return true;
    }
    if (!f->error_number)
        f->error_number = errno ? errno : EIO;
    cut(f, f->arrived);
    return false;
}

/* The document of the first `frames` frames, instead of what is in the file; false where it does not fit. */
static bool write_frames(struct ivq_file *f, int frames, void (*print)(void *user, FILE *file, int frames),
                         void *user)
{
    if (f->error_number && !cut(f, f->start))
        return false;
    print(user, f->stream, frames);
    return ivq_file_flush(f);
}

enum ivq_status ivq_file_fit(struct ivq_file *f, int frames,
                             void (*print)(void *user, FILE *file, int frames), void *user,
                             struct ivq_error *error)
{
    int fit = 0;
    if (!ivq_file_begin(f))
        return ivq_file_status(f, error);
    if (write_frames(f, frames, print, user))
        return IVQ_OK;
    for (int more = frames; more - fit > 1 && cut(f, f->start);) {
        const int half = fit + (more - fit) / 2;
        if (write_frames(f, half, print, user))
            fit = half;
        else
            more = half;
    }
    if (fit && write_frames(f, fit, print, user))
        return ivq_fail(error, IVQ_OUTPUT, "%s could not be written: %s; it holds %d of %d frames", f->name,
                        strerror(f->error_number), fit, frames);
    f->dropped = cut(f, f->start);
    return ivq_file_status(f, error);
}

/* --- the end --- */

/* The finished file takes the name of the target. */
static void put_in_place(struct ivq_file *f, bool keep)
{
    if (keep && !renameat(f->place.folder, f->temporary, f->place.folder, f->place.entry))
        *f->temporary = '\0';
    else if (keep && !f->error_number)
        f->error_number = errno;
    remove_temporary(f);
}

enum ivq_status ivq_file_close(struct ivq_file *f, struct ivq_error *error)
{
    bool keep = f->stream && !f->dropped;
    if (!f->name)
        return IVQ_OK;
    if (f->stream)
        ivq_file_flush(f);
    if (f->stream && f->owned && fclose(f->stream)) {
        keep = false;
        if (!f->error_number)
            f->error_number = errno;
    }
    if (*f->temporary)
        put_in_place(f, keep);
    const enum ivq_status status = ivq_file_status(f, error);
    release(f);
    return status;
}

enum ivq_status ivq_file_status(const struct ivq_file *f, struct ivq_error *error)
{
    if (!f->error_number)
        return IVQ_OK;
    return ivq_fail(error, IVQ_OUTPUT, "%s could not be written: %s", f->name, text_of(f->error_number));
}

#include "cli/file.h"

#include <errno.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Not opened by its name, which would write over what is there already. */
bool cli_is_stdout(const char *path)
{
    return path && (!strcmp(path, "-") || !strcmp(path, "/dev/stdout"));
}

enum ivq_status cli_file_open(struct cli_file *file, const char *path, struct ivq_error *error)
{
    *file = (struct cli_file){.name = path};
    if (!path)
        return IVQ_OK;
    if (cli_is_stdout(path)) {
        *file = (struct cli_file){.file = stdout, .name = "standard output"};
        return IVQ_OK;
    }
    file->file = fopen(path, "we"); /* e: not inherited */
    file->owned = true;
    if (!file->file)
        return ivq_fail(error, IVQ_OUTPUT, "%s cannot be opened for writing: %s", path, strerror(errno));
    return IVQ_OK;
}

bool cli_file_cut(struct cli_file *file, long size)
{
    struct stat info;
    if (!file->owned || fstat(fileno(file->file), &info) || !S_ISREG(info.st_mode))
        return false;
    __fpurge(file->file); /* or it would be tried again */
    clearerr(file->file);
    file->arrived = size;
    return !ftruncate(fileno(file->file), size) && !fseek(file->file, size, SEEK_SET);
}

bool cli_file_flush(struct cli_file *file)
{
    errno = 0;
    if (!fflush(file->file) && !ferror(file->file)) {
        file->arrived = file->owned ? ftell(file->file) : 0;
        return true;
    }
    if (!file->error_number)
        file->error_number = errno ? errno : EIO;
    cli_file_cut(file, file->arrived);
    return false;
}

enum ivq_status cli_file_close(struct cli_file *file, struct ivq_error *error)
{
    if (!file->file)
        return IVQ_OK;
    cli_file_flush(file);
    if (file->owned && fclose(file->file) && !file->error_number)
        file->error_number = errno;
    file->file = NULL;
    return cli_file_status(file, error);
}

enum ivq_status cli_file_status(const struct cli_file *file, struct ivq_error *error)
{
    if (!file->error_number)
        return IVQ_OK;
    return ivq_fail(error, IVQ_OUTPUT, "%s could not be written: %s", file->name,
                    strerror(file->error_number));
}

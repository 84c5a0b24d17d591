/* Runs the files of corpus folders through a harness, in order of their names; so corpora need no libFuzzer.
       replay_NAME FOLDER|FILE ... */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { PATH_SIZE = 4096 };

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || fstat(fileno(file), &status)) {
        perror(path);
        exit(1);
    }
    const size_t size = (size_t)status.st_size;
    uint8_t *data = malloc(size ? size : 1); /* exactly, so that sanitizers see a read beyond it */
    if (!data || fread(data, 1, size, file) < size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    fprintf(stderr, "%s\n", path); /* the last line names the input of a crash */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
    struct dirent **entries;
    char path[PATH_SIZE];
    const int count = scandir(folder, &entries, is_visible, alphasort);
    if (count < 0) {
        perror(folder);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        replay_file(path);
        free(entries[i]);
    }
    free(entries);
    return count;
}

int main(int argc, char **argv)
{
    struct stat status;
    int count = 0;
    for (int i = 1; i < argc; i++)
        count += !stat(argv[i], &status) && S_ISDIR(status.st_mode) ? replay_folder(argv[i])
                                                                    : replay_file(argv[i]);
    printf("%d inputs\n", count);
    return count ? 0 : 1; /* an empty corpus tests nothing */
}

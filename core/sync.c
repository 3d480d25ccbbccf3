/* SPDX-License-Identifier: Apache-2.0 */
/* sync.c: see sync.h. */
#include "core/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sync_folder(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int bad = fd < 0 || fsync(fd);
	int was = errno;

	if (fd >= 0)
		close(fd);
	if (bad)
		err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(was));
	errno = was;
	return bad ? ERR_SYSTEM : 0;
}

int sync_parent(const char *path, struct err *err)
{
	size_t n = strlen(path);
	char *parent;
	int rc, was;

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n && path[n - 1] != '/')
		n--;
	parent = n ? strndup(path, n) : strdup(".");
	if (!parent)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = sync_folder(parent, err);
	was = errno;
	free(parent);
	errno = was;
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fingerprint.c: see fingerprint.h. */
#include "collector/fingerprint.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 64 << 10, TAIL = 4 << 10 };

uint64_t hash_bytes(struct sv s)
{
	unsigned char hash[crypto_generichash_BYTES_MIN];
	uint64_t out = 0;

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)s.p, s.n, NULL, 0);
	for (size_t i = 0; i < 8; i++)
		out = out << 8 | hash[i];
	return out;
}

/* As if the file ended at @size. False: it is shorter, or not to be read. */
static bool look(int fd, uint64_t size, struct fingerprint *out)
{
	size_t head = size < HEAD ? (size_t)size : HEAD,
	       tail = size < TAIL ? (size_t)size : TAIL;
	char *bytes = malloc(HEAD);
	bool good = bytes && pread(fd, bytes, head, 0) == (ssize_t)head;

	if (good)
		out->head = hash_bytes((struct sv){ bytes, head });
	good = good && pread(fd, bytes, tail, (off_t)(size - tail)) == (ssize_t)tail;
	if (good) {
		out->tail = hash_bytes((struct sv){ bytes, tail });
		out->ended = tail && bytes[tail - 1] == '\n';
		out->size = size;
	}
	free(bytes);
	return good;
}

int fingerprint_of(const char *path, struct fingerprint *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool good;

	*out = (struct fingerprint){ .size = 0 };
	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       path, strerror(errno));
	good = !fstat(fd, &st) && S_ISREG(st.st_mode);
	if (!good) {
		close(fd);
		return err_set(err, ERR_MISSING, "%s is no file", path);
	}
	out->changed = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	good = look(fd, (uint64_t)st.st_size, out);
	close(fd);
	return good ? 0 : err_set(err, ERR_SYSTEM, "%s cannot be read", path);
}

bool fingerprint_same(const struct fingerprint *a, const struct fingerprint *b)
{
	return a->size == b->size && a->changed == b->changed && a->head == b->head &&
	       a->tail == b->tail;
}

bool fingerprint_grew(const char *path, const struct fingerprint *was)
{
	struct fingerprint now = { .size = 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool good;

	if (fd < 0)
		return false;
	good = was->size && look(fd, was->size, &now) && now.ended &&
	       now.head == was->head && now.tail == was->tail;
	close(fd);
	return good;
}

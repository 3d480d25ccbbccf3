/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile.c: making and reading the key file, see keyfile.h.
 */
#include "store/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "opinia key 1\n"

enum { FILE_BYTES = sizeof(HEADER) - 1 + 2 * KEY_BYTES + 1 };

char *keyfile_path(const char *given, const char *dir, struct arena *arena)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	size_t n = strlen(dir);
	char *path;

	if (given)
		return arena_printf(arena, "%s", given);
	if (credentials) {
		path = arena_printf(arena, "%s/opinia.key", credentials);
		if (!path || !access(path, F_OK))
			return path;
	}
	while (n > 1 && dir[n - 1] == '/')
		n--;
	return arena_printf(arena, "%.*s.key", (int)n, dir);
}

static bool write_whole(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t did = write(fd, p, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did <= 0)
			return false;
		p += did;
		n -= (size_t)did;
	}
	return true;
}

int keyfile_make(const char *path, struct err *err)
{
	char text[FILE_BYTES + 1];
	uint8_t master[KEY_BYTES];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0 && errno == EEXIST)
		return err_set(err, ERR_CONFIG,
			       "%s is there already and is never overwritten", path);
	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	randombytes_buf(master, sizeof(master));
	memcpy(text, HEADER, sizeof(HEADER) - 1);
	sodium_bin2hex(text + sizeof(HEADER) - 1, 2 * KEY_BYTES + 1, master, KEY_BYTES);
	text[FILE_BYTES - 1] = '\n';
	good = write_whole(fd, text, FILE_BYTES) && !fsync(fd);
	sodium_memzero(text, sizeof(text));
	sodium_memzero(master, sizeof(master));
	if (!good)
		err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (close(fd) && good)
		good = !err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (!good)
		unlink(path);
	return good ? 0 : ERR_SYSTEM;
}

/* ---- reading ----------------------------------------------------------------------- */

static int keyfile_text(const char *path, char text[FILE_BYTES + 2], size_t *got,
			struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;
	int rc = 0;

	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM,
			       "the key file %s: %s", path, strerror(errno));
	if (fstat(fd, &st))
		rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	else if (st.st_mode & 077)
		rc = err_set(err, ERR_CONFIG,
			     "the key file %s can be read by others; chmod 600 it", path);
	n = rc ? 0 : read(fd, text, FILE_BYTES + 1);
	if (n < 0)
		rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	*got = n > 0 ? (size_t)n : 0;
	close(fd);
	return rc;
}

static void subkey(uint8_t *out, size_t n, const char *purpose, const uint8_t *master,
		   const uint8_t *store_id)
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, master, KEY_BYTES, n);
	crypto_generichash_update(&st, (const uint8_t *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&st, store_id, STORE_ID_BYTES);
	crypto_generichash_final(&st, out, n);
	sodium_memzero(&st, sizeof(st));
}

int keyfile_load(const char *path, const uint8_t store_id[STORE_ID_BYTES],
		 struct subkeys *out, struct err *err)
{
	char text[FILE_BYTES + 2];
	uint8_t master[KEY_BYTES];
	size_t n = 0, bin = 0;
	int rc = keyfile_text(path, text, &n, err);

	if (rc)
		return rc;
	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	if (n != FILE_BYTES - 1 || memcmp(text, HEADER, sizeof(HEADER) - 1) ||
	    sodium_hex2bin(master, KEY_BYTES, text + sizeof(HEADER) - 1, 2 * KEY_BYTES,
			   NULL, &bin, NULL) ||
	    bin != KEY_BYTES)
		rc = err_set(err, ERR_CONFIG, "%s is not a key file of opinia", path);
	else {
		subkey(out->wrap, KEY_BYTES, "wrap", master, store_id);
		subkey(out->pseudonym, KEY_BYTES, "pseudonym", master, store_id);
		subkey(out->content, KEY_BYTES, "content", master, store_id);
		subkey(out->identity, KEY_BYTES, "identity", master, store_id);
		subkey(out->interaction, KEY_BYTES, "interaction", master, store_id);
		subkey(out->word, sizeof(out->word), "word", master, store_id);
		subkey(out->check, KEY_BYTES, "check", master, store_id);
	}
	sodium_memzero(text, sizeof(text));
	sodium_memzero(master, sizeof(master));
	return rc;
}

void subkeys_wipe(struct subkeys *k)
{
	sodium_memzero(k, sizeof(*k));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tail_files.c: see tail_files.h. */
#include "collector/tail_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/sv.h"

static bool readable_kind(struct sv name)
{
	static const struct sv no[] = {
		SV_INIT(".gz"),	 SV_INIT(".xz"),       SV_INIT(".bz2"), SV_INIT(".zst"),
		SV_INIT(".lz4"), SV_INIT(".Z"),	       SV_INIT(".zip"), SV_INIT(".tmp"),
		SV_INIT(".swp"), SV_INIT(".rejected"), SV_INIT(".new"), SV_INIT("~")
	};

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (sv_ends(name, no[i]))
			return false;
	return true;
}

/* "-20261121", ".1", "_2": what rotation puts behind a name. */
static bool is_turn(struct sv s)
{
	if (sv_eq(s, SV(".old")))
		return true;
	return s.n >= 2 && strchr(".-_", s.p[0]) && s.p[1] >= '0' && s.p[1] <= '9';
}

static bool belongs(struct sv name, struct sv base)
{
	size_t dot = base.n;

	if (!readable_kind(name))
		return false;
	if (sv_starts(name, base) && is_turn(sv_sub(name, base.n, name.n)))
		return true;
	while (dot > 0 && base.p[dot - 1] != '.')
		dot--;
	if (dot < 2)
		return false;
	dot--; /* the extension begins here */
	return name.n > base.n && sv_starts(name, sv_sub(base, 0, dot)) &&
	       sv_ends(name, sv_sub(base, dot, base.n)) &&
	       is_turn(sv_sub(name, dot, name.n - base.n));
}

static int older(const void *a, const void *b)
{
	const struct tail_file *x = a, *y = b;

	if (x->live != y->live)
		return x->live ? 1 : -1;
	if (x->written_ns != y->written_ns)
		return x->written_ns < y->written_ns ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool take(struct tail_files *f, int folder, const char *name, bool live)
{
	struct tail_file *to = &f->at[f->count];
	struct stat st;

	if (strlen(name) >= TAIL_NAME_MAX || f->count == TAIL_FILES_MAX ||
	    fstatat(folder, name, &st, 0) || !S_ISREG(st.st_mode))
		return false;
	*to = (struct tail_file){ .dev = st.st_dev,
				  .ino = st.st_ino,
				  .written_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
						st.st_mtim.tv_nsec,
				  .size = (uint64_t)st.st_size,
				  .live = live };
	memcpy(to->name, name, strlen(name) + 1);
	f->count++;
	return true;
}

int tail_files_list(struct tail_files *out, const char *dir, const char *base,
		    struct err *err)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	*out = (struct tail_files){ .at = calloc(TAIL_FILES_MAX, sizeof(*out->at)) };
	if (!d || !out->at) {
		int rc = err_set(err, !d && errno == ENOENT ? ERR_MISSING : ERR_SYSTEM,
				 "%s: %s", dir, strerror(errno));

		if (d)
			closedir(d);
		tail_files_release(out);
		return rc;
	}
	/* The live one first: its room is certain. */
	take(out, dirfd(d), base, true);
	while ((e = readdir(d)))
		if (belongs(sv_of(e->d_name), sv_of(base)))
			take(out, dirfd(d), e->d_name, false);
	closedir(d);
	qsort(out->at, out->count, sizeof(*out->at), older);
	return 0;
}

void tail_files_release(struct tail_files *f)
{
	free(f->at);
	*f = (struct tail_files){ .count = 0 };
}

struct tail_proof tail_proof_of(const char *line, size_t n)
{
	uint64_t h = 0xcbf29ce484222325;

	if (n > TAIL_PROOF)
		n = TAIL_PROOF;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)line[i]) * 0x100000001b3;
	return (struct tail_proof){ h, (uint32_t)n };
}

bool tail_proof_fits(struct tail_proof proof, int fd)
{
	char bytes[TAIL_PROOF];

	if (!proof.n)
		return true;
	return pread(fd, bytes, proof.n, 0) == (ssize_t)proof.n &&
	       tail_proof_of(bytes, proof.n).hash == proof.hash;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c: the states that a power cut may leave of what power/record.c wrote down, one by one.
 *
 * What was synced is there. Of what was not, any part may be: a random choice of the writes, in
 * random order, some torn between sectors; of the names, those up to a random one (a journal keeps
 * their order). A state is laid out as files, and the checker (checker.c) opens the store in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker.h"
#include "log.h"

enum { SECTOR = 512, FILES = 256, FIRST_SHOWN = 5 };

struct op {
	const struct power_record *r;
	const char *bytes;
	bool torn_ok; /* a write, not a truncation */
};

struct file {
	uint32_t inode;
	unsigned char *bytes;
	size_t n, room;
	const struct op **pending;
	size_t waiting, waiting_room;
};

struct name {
	char path[PATH_MAX];
	uint32_t inode; /* 0: gone */
};

struct world {
	struct op *ops;
	size_t count, first_ack;
	struct file files[FILES];
	size_t file_count;
	struct name names[FILES];
	size_t name_count;
	const struct op **entries; /* of folders, not yet on the disk */
	size_t entry_count;
	uint64_t acked;
	uint64_t random;
	bool no_sync; /* as if every sync of a file had been a lie: the tool's own test */
};

static uint64_t draw(struct world *w)
{
	uint64_t z = (w->random += UINT64_C(0x9e3779b97f4a7c15)); /* splitmix64 */

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t below(struct world *w, size_t n)
{
	return n ? (size_t)(draw(w) % n) : 0;
}

static void *must(void *p)
{
	if (!p) {
		perror("out of memory");
		exit(3);
	}
	return p;
}

/* ---- the log ----------------------------------------------------------------------- */

static void load(struct world *w, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *p, *end;
	size_t room = 0;

	if (fd < 0 || fstat(fd, &st) || !st.st_size) {
		fprintf(stderr, "%s: no log\n", path);
		exit(3);
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		exit(3);
	for (end = p + st.st_size; p < end;) {
		const struct power_record *r = (const void *)p;

		if (w->count == room) {
			room = room ? room * 2 : 4096;
			w->ops = must(realloc(w->ops, room * sizeof(*w->ops)));
		}
		w->ops[w->count++] =
			(struct op){ r, p + sizeof(*r), r->kind != POWER_TRUNCATE };
		/* the next one need not be aligned; x86 and ARM64 do not mind, others must not run this */
		p += sizeof(*r) + r->bytes;
	}
	close(fd);
	while (w->first_ack < w->count && w->ops[w->first_ack].r->kind != POWER_ACK)
		w->first_ack++;
	if (w->first_ack == w->count) {
		fprintf(stderr, "%s: nothing was acknowledged\n", path);
		exit(3);
	}
}

/* ---- files ------------------------------------------------------------------------- */

static struct file *file_of(struct world *w, uint32_t inode)
{
	for (size_t i = 0; i < w->file_count; i++)
		if (w->files[i].inode == inode)
			return &w->files[i];
	if (w->file_count == FILES) {
		fprintf(stderr, "too many files\n");
		exit(3);
	}
	w->files[w->file_count].inode = inode;
	return &w->files[w->file_count++];
}

static void reach(struct file *f, size_t n)
{
	if (n > f->room) {
		f->room = n * 2;
		f->bytes = must(realloc(f->bytes, f->room));
	}
	if (n > f->n) {
		memset(f->bytes + f->n, 0, n - f->n);
		f->n = n;
	}
}

static void apply(struct file *f, const struct op *op, size_t n)
{
	if (!op->torn_ok) {
		reach(f, op->r->at);
		f->n = op->r->at;
		return;
	}
	reach(f, op->r->at + n);
	memcpy(f->bytes + op->r->at, op->bytes, n);
}

static void wait_for_sync(struct file *f, const struct op *op)
{
	if (f->waiting == f->waiting_room) {
		f->waiting_room = f->waiting_room ? f->waiting_room * 2 : 64;
		f->pending =
			must(realloc(f->pending, f->waiting_room * sizeof(*f->pending)));
	}
	f->pending[f->waiting++] = op;
}

static void synced(struct file *f)
{
	for (size_t i = 0; i < f->waiting; i++)
		apply(f, f->pending[i], f->pending[i]->r->bytes);
	f->waiting = 0;
}

/* What the disk may have done of the rest by itself. */
static void maybe(struct world *w, struct file *f)
{
	size_t how = below(w, 100), kept = 0;

	for (size_t i = 0; i < f->waiting; i++)
		if (how >= 30 ? below(w, 2) : how >= 15)
			f->pending[kept++] = f->pending[i];
	for (size_t i = kept; i > 1; i--) {
		size_t j = below(w, i);
		const struct op *op = f->pending[j];

		f->pending[j] = f->pending[i - 1];
		f->pending[i - 1] = op;
	}
	for (size_t i = 0; i < kept; i++) {
		size_t n = f->pending[i]->r->bytes;

		if (n > SECTOR && !below(w, 5))
			n = SECTOR * (1 + below(w, n / SECTOR));
		apply(f, f->pending[i], n);
	}
	f->waiting = 0;
}

/* ---- names ------------------------------------------------------------------------- */

static void name_set(struct world *w, const char *path, size_t n, uint32_t inode)
{
	size_t i = 0;

	while (i < w->name_count &&
	       (strlen(w->names[i].path) != n || memcmp(w->names[i].path, path, n) != 0))
		i++;
	if (i == FILES)
		exit(3);
	if (i == w->name_count)
		w->name_count++;
	snprintf(w->names[i].path, PATH_MAX, "%.*s", (int)n, path);
	w->names[i].inode = inode;
}

static void entry_apply(struct world *w, const struct op *op)
{
	size_t from = strlen(op->bytes);

	if (op->r->kind == POWER_CREATE)
		name_set(w, op->bytes, op->r->bytes, op->r->inode);
	else if (op->r->kind == POWER_UNLINK)
		name_set(w, op->bytes, op->r->bytes, 0);
	else
		for (size_t i = 0; i < w->name_count; i++)
			if (!strcmp(w->names[i].path, op->bytes) && w->names[i].inode) {
				uint32_t inode = w->names[i].inode;

				w->names[i].inode = 0;
				name_set(w, op->bytes + from + 1,
					 strlen(op->bytes + from + 1), inode);
				return;
			}
}

static bool path_in(const char *path, size_t bytes, const struct op *folder)
{
	size_t n = folder->r->bytes;

	return bytes > n + 1 && !memcmp(path, folder->bytes, n) && path[n] == '/' &&
	       !memchr(path + n + 1, '/', bytes - n - 1);
}

/* Of a renamed file (FROM, 0, TO) either folder will do: a journal has both at once. */
static bool entry_in(const struct op *entry, const struct op *folder)
{
	size_t all = entry->r->bytes, from = strnlen(entry->bytes, all);

	return path_in(entry->bytes, from, folder) ||
	       (from + 1 < all &&
		path_in(entry->bytes + from + 1,
			strnlen(entry->bytes + from + 1, all - from - 1), folder));
}

static void folder_synced(struct world *w, const struct op *folder)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->entry_count; i++)
		if (entry_in(w->entries[i], folder))
			entry_apply(w, w->entries[i]);
		else
			w->entries[kept++] = w->entries[i];
	w->entry_count = kept;
}

/* ---- a state ----------------------------------------------------------------------- */

static void step(struct world *w, const struct op *op)
{
	struct file *f;

	switch (op->r->kind) {
	case POWER_ACK:
		w->acked = op->r->at;
		return;
	case POWER_CREATE:
	case POWER_RENAME:
	case POWER_UNLINK:
		w->entries[w->entry_count++] = op;
		return;
	case POWER_FOLDER:
		folder_synced(w, op);
		return;
	default:
		break;
	}
	f = file_of(w, op->r->inode);
	if (op->r->kind == POWER_SYNC || op->r->kind == POWER_DURABLE) {
		if (op->r->kind == POWER_DURABLE && w->no_sync)
			wait_for_sync(f, op);
		else if (op->r->kind == POWER_DURABLE)
			apply(f, op, op->r->bytes);
		else if (!w->no_sync)
			synced(f);
		return;
	}
	wait_for_sync(f, op);
}

static void state_make(struct world *w, size_t point)
{
	size_t how, names;

	for (size_t i = 0; i < w->file_count; i++)
		w->files[i].n = w->files[i].waiting = 0;
	w->name_count = w->entry_count = 0;
	w->acked = 0;
	for (size_t i = 0; i < point; i++)
		step(w, &w->ops[i]);
	for (size_t i = 0; i < w->file_count; i++)
		maybe(w, &w->files[i]);
	how = below(w, 4);
	names = how == 0 ? 0 : how == 1 ? w->entry_count : below(w, w->entry_count + 1);
	for (size_t i = 0; i < names; i++)
		entry_apply(w, w->entries[i]);
}

static void folders_make(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0700) && errno != EEXIST)
			exit(3);
		*p = '/';
	}
}

/* Lay the state out in @to instead of the folder that the program had (@from bytes of its path). */
static void state_write(const struct world *w, const char *to, size_t from)
{
	char path[2 * PATH_MAX];

	for (size_t i = 0; i < w->name_count; i++) {
		const struct name *name = &w->names[i];
		const struct file *f = NULL;
		int fd;

		snprintf(path, sizeof(path), "%s%s", to, name->path + from);
		unlink(path);
		if (!name->inode)
			continue;
		for (size_t j = 0; j < w->file_count; j++)
			if (w->files[j].inode == name->inode)
				f = &w->files[j];
		folders_make(path);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0 || (f && f->n && write(fd, f->bytes, f->n) != (ssize_t)f->n)) {
			perror(path);
			exit(3);
		}
		close(fd);
	}
}

/* The checker in a process of its own: a damaged store must not take this one down. */
static int verdict(const char *to, uint64_t acked, bool tell)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (!tell && !freopen("/dev/null", "w", stderr))
			_exit(CHECKER_BROKEN);
		_exit(checker_run(to, acked));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		exit(3);
	return WIFEXITED(status) ? WEXITSTATUS(status) : CHECKER_CORRUPT;
}

int main(int argc, char **argv)
{
	struct world w = { 0 };
	unsigned long states, seed, bad[CHECKER_ANSWERS] = { 0 };
	unsigned long shown = 0;

	if (argc < 6) {
		fprintf(stderr,
			"replay LOG FOLDER-THEN FOLDER-NOW STATES SEED [nosync]\n");
		return 2;
	}
	states = strtoul(argv[4], NULL, 10);
	seed = strtoul(argv[5], NULL, 10);
	w.no_sync = argc > 6 && !strcmp(argv[6], "nosync");
	load(&w, argv[1]);
	w.entries = must(malloc((w.count + 1) * sizeof(struct op *)));
	checker_begin();
	for (unsigned long k = 0; k < states; k++) {
		size_t point;
		int answer;

		w.random = seed * UINT64_C(1000003) + k;
		point = w.first_ack + 1 + below(&w, w.count - w.first_ack);
		state_make(&w, point);
		state_write(&w, argv[3], strlen(argv[2]));
		answer = verdict(argv[3], w.acked, shown < FIRST_SHOWN && !w.no_sync);
		if (answer >= CHECKER_ANSWERS)
			answer = CHECKER_CORRUPT;
		bad[answer]++;
		if (answer && !w.no_sync && shown++ < FIRST_SHOWN)
			fprintf(stderr,
				"state %lu (seed %lu), after call %zu of %zu: %s\n", k,
				seed, point, w.count, checker_names[answer]);
	}
	checker_end();
	printf("%lu states of %zu calls: %lu fine, %lu corrupt, %lu lost\n", states,
	       w.count, bad[CHECKER_FINE], bad[CHECKER_CORRUPT], bad[CHECKER_LOST]);
	return bad[CHECKER_BROKEN] ? 3 : bad[CHECKER_CORRUPT] || bad[CHECKER_LOST];
}

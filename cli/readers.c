/* SPDX-License-Identifier: Apache-2.0 */
/* readers.c: see readers.h. */
#include "cli/readers.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/subcommand.h"
#include "core/i18n.h"

enum { HELD_MS = 2 * MS_SECOND, SAID = 400, LINE_BYTES = 4096 };

/* What follows the program's name may be a filter, with whatever it looks for: only a command is told. */
void reader_name(int pid, char out[READER_NAME_MAX])
{
	char path[40], line[LINE_BYTES + 1] = { 0 };
	const char *name, *slash, *word;
	int fd;
	ssize_t n;

	snprintf(out, READER_NAME_MAX, "?");
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, line, LINE_BYTES) : -1;
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return;
	slash = strrchr(line, '/');
	name = slash ? slash + 1 : line;
	snprintf(out, READER_NAME_MAX, "%.40s", name);
	for (word = line; word < line + n; word += strlen(word) + 1)
		if (word > line && subcommand_find(word)) {
			snprintf(out, READER_NAME_MAX, "%.40s %.20s", name, word);
			return;
		}
}

static bool same(const struct opinia_reader *a, const struct opinia_reader *b)
{
	return a->pid == b->pid && a->at == b->at;
}

static bool has(const struct opinia_reader *list, size_t n, const struct opinia_reader *r)
{
	for (size_t i = 0; i < n; i++)
		if (same(&list[i], r))
			return true;
	return false;
}

static void tell(struct reader_watch *w, const struct opinia_reader *r)
{
	char name[READER_NAME_MAX], line[SAID];

	reader_name(r->pid, name);
	snprintf(
		line, sizeof(line),
		_("process %d (%s) reads the store as it was %llu landings ago; until it "
		  "lets go, the data file grows"),
		r->pid, name, (unsigned long long)r->behind);
	w->say(w->self, true, line);
	w->told[w->next++ % READERS_TOLD] = *r;
}

/* Those that are behind and nobody was told of. */
static size_t suspects(struct reader_watch *w, struct arena *arena,
		       struct opinia_reader **out)
{
	struct err lost = ERR_NONE;
	size_t n, kept = 0;

	if (opinia_store_readers(w->p->store, arena, out, &n, &lost))
		return 0;
	for (size_t i = 0; i < n; i++)
		if ((*out)[i].behind && !has(w->told, READERS_TOLD, &(*out)[i]))
			(*out)[kept++] = (*out)[i];
	return kept;
}

void readers_round(struct reader_watch *w, const struct cancel *stop)
{
	struct opinia_reader *before, *now;
	struct arena arena;
	size_t n;

	arena_init(&arena, 0);
	n = suspects(w, &arena, &before);
	if (n && !cancel_sleep(stop, HELD_MS)) {
		size_t still = suspects(w, &arena, &now);

		for (size_t i = 0; i < still; i++)
			if (has(before, n, &now[i]))
				tell(w, &now[i]);
	}
	arena_release(&arena);
}

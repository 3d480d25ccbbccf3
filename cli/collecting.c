/* SPDX-License-Identifier: Apache-2.0 */
/* collecting.c: see collecting.h. */
#include "cli/collecting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/pipeline.h"

struct collecting {
	struct program *p;
	const struct opinia_sources *sources;
	const struct opinia_source_info *info;
	size_t index;
	long threads;
	struct opinia_collect *open; /* NULL: not, or lost */
	struct buf cursor;	     /* of the last batch that was pulled */
	int64_t newest;
	int lock; /* -1: not held */
};

struct collecting *collecting_new(struct program *p, const struct opinia_sources *s,
				  size_t i, long threads)
{
	struct collecting *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->p = p;
	c->sources = s;
	c->info = opinia_sources_at(s, i);
	c->index = i;
	c->threads = threads;
	c->lock = -1;
	buf_init(&c->cursor, 0);
	return c;
}

/* ---- the lock: a byte of one file for each source ------------------------------------------ */

static off_t lock_place(const char *name)
{
	uint32_t h = 2166136261U; /* FNV-1a: names that meet only wait for each other */

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619U;
	return (off_t)h;
}

static int lock(struct collecting *c, struct err *err)
{
	struct flock l = { .l_type = F_WRLCK,
			   .l_whence = SEEK_SET,
			   .l_start = lock_place(c->info->name),
			   .l_len = 1 };
	struct arena arena;
	char *path;

	arena_init(&arena, 0);
	path = arena_printf(&arena, "%s/collect.lock", c->p->store_dir);
	c->lock = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	arena_release(&arena);
	if (c->lock < 0)
		return err_set(err, ERR_SYSTEM, "collect.lock: %s", strerror(errno));
	if (fcntl(c->lock, F_OFD_SETLK, &l) == 0)
		return 0;
	close(c->lock);
	c->lock = -1;
	return err_set(err, ERR_AGAIN, "another opinia is asking this source right now");
}

static void let_go(struct collecting *c)
{
	opinia_collect_close(c->open);
	c->open = NULL;
	if (c->lock >= 0)
		close(c->lock);
	c->lock = -1;
}

/* ---- a round ------------------------------------------------------------------------------- */

static int pull(void *self, struct batch *out, struct err *err)
{
	struct collecting *c = self;
	int rc = opinia_collect_pull(c->open, buf_sv(&c->cursor), out, err);

	if (rc)
		return rc;
	if (out->cursor.n) {
		buf_clear(&c->cursor);
		buf_sv_put(&c->cursor, out->cursor);
	}
	for (size_t i = 0; i < out->count; i++) {
		int64_t at = record_clock(&out->records[i]);

		if (at > c->newest)
			c->newest = at;
	}
	return buf_ok(&c->cursor) ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

static int get_ready(struct collecting *c, struct err *err)
{
	struct arena arena;
	struct sv cursor;
	int rc = 0;

	if (!c->open)
		rc = opinia_collect_open(&c->open, c->sources, c->index, err);
	if (rc)
		return rc;
	arena_init(&arena, 0);
	rc = opinia_store_cursor(c->p->store, sv_of(c->info->name), &arena, &cursor, err);
	buf_clear(&c->cursor);
	buf_sv_put(&c->cursor, cursor);
	arena_release(&arena);
	return rc;
}

/* What the adapter counted since it was opened, against what it had before this round. */
static void count(struct collecting *c, const struct source_tally *before, size_t had,
		  uint64_t rejected, struct collected *out)
{
	size_t n;
	const struct source_tally *now = opinia_collect_tallies(c->open, &n);
	const struct import_reject *said;

	for (size_t i = 0; i < n; i++) {
		uint64_t was = i < had ? before[i].n : 0;

		if (now[i].n > was)
			out->tallies[out->tally_count++] =
				(struct source_tally){ now[i].what, now[i].n - was };
	}
	out->rejected = opinia_collect_progress(c->open).rejected - rejected;
	said = opinia_collect_rejects(c->open, &n);
	for (size_t i = 0; out->rejected && i < n && i < 8; i++)
		out->said[out->said_count++] = said[i];
}

static int work(struct collecting *c, struct collected *out, struct err *err)
{
	struct pipeline line = { .analyzer = c->p->analyzer,
				 .store = c->p->store,
				 .threads = c->threads,
				 .source = c,
				 .pull = pull };
	struct source_tally before[TALLIES_MAX];
	const struct source_tally *had;
	uint64_t rejected;
	size_t n;
	int rc = get_ready(c, err);

	if (rc)
		return rc;
	had = opinia_collect_tallies(c->open, &n);
	if (n)
		memcpy(before, had, n * sizeof(*had));
	rejected = opinia_collect_progress(c->open).rejected;
	rc = pipeline_run(&line, &out->landed, err);
	count(c, before, n, rejected, out);
	out->state.again_ms = rc ? opinia_collect_again_ms(c->open) : 0;
	return rc;
}

bool collecting_did(const struct collected *out)
{
	return out->landed.added || out->landed.revised || out->rejected;
}

static int write_counts(struct collecting *c, struct collected *out, struct err *err)
{
	struct source_state *s = &out->state;

	s->added += (int64_t)out->landed.added;
	s->revised += (int64_t)out->landed.revised;
	s->rejected += (int64_t)out->rejected;
	return source_state_write(c->p->store, c->info->name, s, err);
}

static int write_down(struct collecting *c, struct collected *out, int rc,
		      const struct err *why, struct err *err)
{
	struct source_state *s = &out->state;

	s->last_run = c->p->fixed_now ? c->p->now : when_now();
	if (c->newest > s->newest)
		s->newest = c->newest;
	s->code = rc;
	s->failures = rc ? s->failures + 1 : 0;
	s->error[0] = 0;
	if (!rc)
		s->last_ok = s->last_run;
	else
		snprintf(s->error, sizeof(s->error), "%.*s", (int)sizeof(s->error) - 1,
			 why->text);
	return write_counts(c, out, err);
}

int collecting_round(struct collecting *c, struct collected *out, struct err *err)
{
	struct err why = ERR_NONE;
	int rc;

	*out = (struct collected){ .rejected = 0 };
	if (c->lock < 0 && lock(c, &why)) { /* how it goes is not ours to write down */
		out->state = (struct source_state){ .code = (int64_t)why.code,
						    .newest = TIME_NONE };
		snprintf(out->state.error, sizeof(out->state.error), "%.*s",
			 (int)sizeof(out->state.error) - 1, why.text);
		if (err)
			*err = why;
		return (int)why.code;
	}
	rc = source_state_read(c->p->store, c->info->name, &out->state, err);
	if (rc)
		return rc;
	c->newest = TIME_NONE;
	rc = work(c, out, &why);
	if (rc)
		let_go(c);
	if (rc && cancel_asked(c->p->stop)) {
		if (collecting_did(out))
			write_counts(c, out, err);
		return cancel_said(err); /* being stopped is no failure of the source */
	}
	if (write_down(c, out, rc, &why, rc ? NULL : err) && !rc)
		return ERR_SYSTEM;
	if (rc && err)
		*err = why;
	return rc;
}

int collecting_wait(struct collecting *c, int64_t ms, struct err *err)
{
	int rc;

	if (!c->open)
		return cancel_sleep(c->p->stop, ms) ? cancel_said(err) : 0;
	rc = opinia_collect_wait(c->open, ms, err);
	if (rc)
		let_go(c);
	return rc;
}

void collecting_free(struct collecting *c)
{
	if (!c)
		return;
	let_go(c);
	buf_release(&c->cursor);
	free(c);
}

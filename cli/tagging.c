/* SPDX-License-Identifier: Apache-2.0 */
/* tagging.c: see tagging.h. A job is a block of whole lines and the verdicts of them. */
#include "cli/tagging.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/pool.h"
#include "cli/words.h"
#include "core/i18n.h"
#include "core/json_in.h"
#include "core/json_out.h"
#include "core/short.h"

enum {
	BLOCK = 256 << 10,
	LINE_MAX_BYTES = 16 << 20,
	JOBS_A_THREAD = 3,
	COMPLAINTS_MAX = 20
};

struct job {
	struct buf lines, out, complaints;
	uint64_t first_line, bad;
	struct arena arena;
};

struct stream {
	struct tagging *t;
	struct buf rest; /* the line that the last block ended in */
	uint64_t line;
	bool json, ended;
	struct job *jobs;
};

/* ---- one line -------------------------------------------------------------------------- */

struct input_line {
	struct sv id, text, hint;
};

static bool json_field(void *self, struct json_in *j, struct sv key, struct arena *arena)
{
	struct input_line *l = self;
	enum json_event e = json_next(j);

	if (sv_eq(key, SV("id"))) {
		const char *from = j->text.p;

		l->id = e == JSON_STRING ? (struct sv){ from - 1, j->text.n + 2 }
					 : j->text;
		return e == JSON_STRING || e == JSON_NUMBER;
	}
	if (sv_eq(key, SV("text")))
		return e == JSON_NULL ||
		       (e == JSON_STRING && json_text(j, arena, &l->text));
	if (sv_eq(key, SV("lang")))
		return e == JSON_NULL ||
		       (e == JSON_STRING && json_text(j, arena, &l->hint));
	return json_leave(j, e);
}

static int tag_line(struct stream *s, struct job *j, struct sv line, uint64_t number,
		    struct opinia_scratch *scratch, struct err *err)
{
	struct input_line l = { .text = line, .hint = s->t->hint };
	const struct json_fields fields = { &l, json_field,
					    N_("`" SV_FMT "` is of the wrong type") };
	struct verdict v;
	char id[24];
	int rc = 0;

	arena_reset(&j->arena);
	if (s->json)
		l.text = (struct sv){ NULL, 0 };
	if (s->json)
		rc = json_walk(line, &fields, &j->arena, err);
	if (rc)
		return rc;
	if (!l.id.n) {
		snprintf(id, sizeof(id), "%llu", (unsigned long long)number);
		l.id = sv_of(id);
	}
	rc = opinia_analyze(s->t->analyzer, scratch, l.text,
			    l.hint.n ? l.hint : s->t->hint, &j->arena, &v, err);
	if (rc)
		return rc;
	opinia_verdict_json(s->t->analyzer, &v, l.id, &j->out);
	buf_char(&j->out, '\n');
	return 0;
}

/* A line that is no record keeps its place in the output, as an object with an error. */
static void complain(struct job *j, uint64_t number, const struct err *why)
{
	j->bad++;
	buf_printf(&j->out, "{\"id\":%llu,\"error\":", (unsigned long long)number);
	json_put_text(&j->out, sv_of(why->text));
	buf_str(&j->out, "}\n");
	if (j->bad <= COMPLAINTS_MAX)
		buf_printf(&j->complaints, _("opinia tag: line %llu: %s\n"),
			   (unsigned long long)number, why->text);
}

/* ---- the three parts of the pool -------------------------------------------------------- */

static int tag_block(void *self, void *job, struct err *err)
{
	struct stream *s = self;
	struct job *j = job;
	struct opinia_scratch *scratch = words_scratch(s->t->analyzer, err);
	struct sv rest = buf_sv(&j->lines);
	uint64_t number = j->first_line;

	if (!scratch)
		return (int)err->code;
	for (; rest.n; number++) {
		struct sv line = sv_cut(&rest, '\n');
		struct err why = ERR_NONE;
		int rc;

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (s->json && sv_trim(line).n == 0)
			continue;
		rc = tag_line(s, j, line, number, scratch, &why);
		if (rc == ERR_INPUT)
			complain(j, number, &why);
		else if (rc) {
			*err = why;
			return err_at(err, "line %llu", (unsigned long long)number);
		}
	}
	return buf_ok(&j->out) ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* A file of Windows begins with a mark that is no part of its first comment. */
static void drop_mark(struct buf *lines)
{
	if (!sv_starts(buf_sv(lines), SV("\xef\xbb\xbf")))
		return;
	lines->n -= 3;
	memmove(lines->p, lines->p + 3, lines->n);
}

static void see_format(struct stream *s, struct sv block)
{
	struct sv first = sv_trim(sv_cut(&block, '\n'));

	if (strcmp(s->t->input, "auto") == 0)
		s->json = first.n && first.p[0] == '{' && first.p[first.n - 1] == '}';
	else
		s->json = strcmp(s->t->input, "json") == 0;
}

static uint64_t count_lines(struct sv s)
{
	uint64_t n = 0;

	for (const char *p = s.p, *end = s.p + s.n;
	     (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		if (n++, p + 1 == end)
			break;
	return n;
}

/* Read until there is at least one whole line; the begun one waits in s->rest. */
static int read_block(struct stream *s, struct job *j, struct err *err)
{
	buf_clear(&j->lines);
	buf_sv_put(&j->lines, buf_sv(&s->rest));
	buf_clear(&s->rest);
	while (!s->ended) {
		size_t had = j->lines.n;
		char *to = buf_room(&j->lines, BLOCK);
		ssize_t n = to ? read(fileno(s->t->in), to, BLOCK) : 0;
		const char *end;

		if (!to && memory_short())
			return err_set(err, ERR_SYSTEM, "out of memory");
		if (!to)
			return err_set(err, ERR_INPUT, "a line of more than %d bytes",
				       LINE_MAX_BYTES);
		if (n < 0)
			return err_set(err, ERR_SYSTEM, "the input could not be read: %s",
				       strerror(errno));
		buf_took(&j->lines, (size_t)n);
		s->ended = n == 0;
		end = memrchr(j->lines.p + had, '\n', (size_t)n);
		if (end && !s->ended) {
			size_t keep = (size_t)(end + 1 - j->lines.p);

			buf_put(&s->rest, end + 1, j->lines.n - keep);
			j->lines.n = keep;
			break;
		}
	}
	return 0;
}

static int fill(void *self, void *job, bool *more, struct err *err)
{
	struct stream *s = self;
	struct job *j = job;
	bool first = s->line == 1 && !s->ended;
	int rc = read_block(s, j, err);

	if (rc)
		return rc;
	if (first) {
		drop_mark(&j->lines);
		see_format(s, buf_sv(&j->lines));
	}
	*more = j->lines.n > 0;
	j->first_line = s->line;
	s->line += count_lines(buf_sv(&j->lines));
	j->bad = 0;
	buf_clear(&j->out);
	buf_clear(&j->complaints);
	return 0;
}

static bool waits(void *self)
{
	struct stream *s = self;
	struct pollfd p = { .fd = fileno(s->t->in), .events = POLLIN };

	return !s->ended && poll(&p, 1, 0) == 0;
}

static int drain(void *self, void *job, struct err *err)
{
	struct stream *s = self;
	struct job *j = job;

	if (s->t->bad < COMPLAINTS_MAX && j->complaints.n)
		fwrite(j->complaints.p, 1, j->complaints.n, stderr);
	s->t->bad += j->bad;
	if (j->out.n && fwrite(j->out.p, 1, j->out.n, s->t->out) != j->out.n)
		return err_set(err, ERR_SYSTEM, "the output could not be written");
	/* A person or a pipe at the other end waits for lines, not for blocks. */
	return fflush(s->t->out)
		       ? err_set(err, ERR_SYSTEM, "the output could not be written")
		       : 0;
}

int tagging_run(struct tagging *t, struct err *err)
{
	long threads = t->threads > 0 ? t->threads : pool_cores();
	size_t count = (size_t)threads * JOBS_A_THREAD;
	struct stream s = { .t = t, .line = 1 };
	struct pool_plan plan = {
		.self = &s,
		.job_size = sizeof(struct job),
		.job_count = count,
		.threads = threads,
		.fill = fill,
		.work = tag_block,
		.drain = drain,
		.waits = waits,
	};
	int rc;

	s.jobs = calloc(count, sizeof(*s.jobs));
	if (!s.jobs)
		return err_set(err, ERR_SYSTEM, "out of memory");
	plan.jobs = s.jobs;
	buf_init(&s.rest, LINE_MAX_BYTES + BLOCK);
	for (size_t i = 0; i < count; i++) {
		buf_init(&s.jobs[i].lines, LINE_MAX_BYTES + 2 * BLOCK);
		buf_init(&s.jobs[i].out, 0);
		buf_init(&s.jobs[i].complaints, 0);
		arena_init(&s.jobs[i].arena, 0);
	}
	rc = pool_run(&plan, err);
	for (size_t i = 0; i < count; i++) {
		buf_release(&s.jobs[i].lines);
		buf_release(&s.jobs[i].out);
		buf_release(&s.jobs[i].complaints);
		arena_release(&s.jobs[i].arena);
	}
	buf_release(&s.rest);
	free(s.jobs);
	if (!rc && t->bad)
		rc = err_set(err, ERR_INPUT,
			     "%llu lines were no records; the others are done",
			     (unsigned long long)t->bad);
	return rc;
}

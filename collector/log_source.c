/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_source.c: see log_source.h. A source that is collected remembers what it gave out last:
 * asked to go on from there it simply goes on; asked for anything else (the batch did not land)
 * it starts again from that cursor.
 */
#include "collector/log_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/encoding.h"
#include "collector/scan.h"
#include "core/i18n.h"
#include "core/utf8.h"

/* ---- beginning and end ------------------------------------------------------------------- */

static int take_options(struct log_source *l, const struct import_options *o,
			struct err *err)
{
	l->zone = o->zone;
	l->channel = CHANNEL_PHONE;
	if (o->channel && !channel_find(sv_of(o->channel), &l->channel))
		return err_set(err, ERR_USAGE,
			       "no such channel: %s (chat, email, phone, web, other)",
			       o->channel);
	if (o->kind && !record_kind_find(sv_of(o->kind), &l->kind))
		return err_set(err, ERR_USAGE, "no such kind: %s", o->kind);
	l->only = o->kind != NULL;
	l->source = o->source ? o->source : "files";
	return 0;
}

static int take_input(struct log_source *l, const struct source_config *config,
		      struct err *err)
{
	const struct import_options *o = config->options;
	int rc = rejects_init(&l->rejects, config->place, o->rejected, o->dry_run, err);

	if (rc)
		return rc;
	l->in = *config->input;
	*config->input = (struct input){ .fd = -1 };
	l->base.progress.size = l->in.size;
	csv_begin(&l->reader, &l->in, '|');
	l->reader.comments = sv_starts(input_window(&l->in), CSV_MARK);
	l->base.seen.format = l->base.adapter->kind;
	l->base.seen.encoding = encoding_name(encoding_detect(input_window(&l->in)));
	l->base.seen.bom = l->in.mark != MARK_NONE;
	l->base.seen.dates = "none";
	l->base.seen.kind = l->only ? l->kind : KIND_INTERACTION;
	return 0;
}

int log_init(struct log_source *l, const struct adapter *adapter,
	     const struct source_config *config, const char *path, struct err *err)
{
	const struct source_settings *s = config->settings;
	int rc;

	l->base.adapter = adapter;
	l->env = config->env;
	l->in.fd = l->rejects.fd = l->aside.fd = -1;
	arena_init(&l->scratch, 8 << 20);
	buf_init(&l->last, 0);
	l->path = strdup(path);
	rc = l->path ? take_options(l, config->options, err)
		     : err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = keys_init(&l->keys, s, config->options, err);
	if (rc)
		return rc;
	if (!s)
		return take_input(l, config, err);
	l->language = sv_of(source_text(s, "language"));
	aside_init(&l->aside, l->env->rejected_dir, s->name);
	return 0;
}

void log_release(struct log_source *l)
{
	tail_close(l->tail);
	if (!l->env) {
		rejects_settle(&l->rejects, l->ended, NULL);
		rejects_release(&l->rejects);
		input_close(&l->in);
	}
	aside_release(&l->aside);
	buf_release(&l->last);
	arena_release(&l->scratch);
	free(l->path);
}

/* ---- a pull ------------------------------------------------------------------------------ */

static int reopen(struct log_source *l, struct sv cursor, struct sv *rest,
		  struct err *err)
{
	int rc;

	tail_close(l->tail);
	l->tail = NULL;
	*rest = cursor;
	cursor = sv_cut(rest, '\n');
	rc = tail_open(&l->tail, l->path, cursor, err);
	if (rc == ERR_MISSING)
		return err_set(err, ERR_UNAVAILABLE, "there is no file %s (yet)",
			       l->path);
	if (rc == ERR_SYSTEM && access(l->path, F_OK) == 0 && access(l->path, R_OK))
		return err_set(
			err, ERR_CONFIG,
			"%s: %s; the user that runs opinia must be able to read it",
			l->path, strerror(errno));
	if (!rc && tail_lost(l->tail))
		source_tally(&l->base, N_("logs rotated away unread"), 1);
	return rc;
}

int log_begin(struct log_source *l, struct sv cursor, struct batch *out, bool *fresh,
	      struct sv *rest, struct err *err)
{
	int rc = 0;

	*fresh = l->env && (!l->tail || !sv_eq(cursor, buf_sv(&l->last)));
	*rest = (struct sv){ NULL, 0 };
	if (!arena_copy(&out->arena, sv_of(l->source), &l->batch_source))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (*fresh) {
		rc = reopen(l, cursor, rest, err);
		buf_clear(&l->last);
		buf_sv_put(&l->last, cursor);
	}
	if (l->env)
		l->ended = false;
	return rc;
}

static int cut_line(struct log_source *l, struct err *err)
{
	struct sv piece = { NULL, 0 };
	int rc = 0;

	while (!rc && l->reader.skipping) {
		rc = csv_more(&l->reader, &piece, err);
		if (!rc)
			rc = rejects_piece(&l->rejects, piece, err);
	}
	return rc;
}

static int import_line(struct log_source *l, bool *got, bool *bad, struct err *err)
{
	enum csv_result result;
	int rc = csv_line(&l->reader, &result, err);

	*got = !rc && result != CSV_END;
	*bad = *got && result == CSV_BAD;
	l->ended = !rc && !*got;
	l->line = l->reader.raw;
	return rc;
}

static int grown_line(struct log_source *l, bool *got, bool *bad, struct err *err)
{
	bool lost = tail_lost(l->tail);
	int rc = tail_line(l->tail, &l->line, got, bad, err);

	l->ended = !rc && !*got;
	if (rc) {
		tail_close(l->tail);
		l->tail = NULL;
		return rc;
	}
	if (!lost && tail_lost(l->tail))
		source_tally(&l->base, N_("logs rotated away unread"), 1);
	return 0;
}

/* In UTF-8 from here on; a line in an older encoding is repaired and counted. */
static int as_text(struct log_source *l, bool *bad, struct err *err)
{
	bool nul, high;

	scan_traits(l->line, &nul, &high);
	*bad |= nul;
	if (*bad || !high || utf8_valid(l->line))
		return 0;
	arena_reset(&l->scratch);
	if (!encoding_decode(encoding_of_bytes(l->line), l->line, &l->scratch, &l->line))
		return err_set(err, ERR_SYSTEM, "out of memory");
	l->base.progress.repaired++;
	return 0;
}

const char *log_place(struct log_source *l)
{
	const char *slash = strrchr(l->path, '/');

	if (l->env)
		tail_place(l->tail, l->place, sizeof(l->place));
	else
		snprintf(l->place, sizeof(l->place), "%.200s:%llu",
			 slash ? slash + 1 : l->path, (unsigned long long)l->reader.line);
	return l->place;
}

int log_line(struct log_source *l, bool *got, struct err *err)
{
	bool bad = true;
	int rc = 0;

	while (!rc && bad) {
		bad = *got = false;
		rc = l->env ? grown_line(l, got, &bad, err)
			    : import_line(l, got, &bad, err);
		if (rc || !*got)
			return rc;
		l->base.progress.rows++;
		rc = as_text(l, &bad, err);
		if (!rc && bad)
			rc = log_aside(l, _("no line of text, or far too long"), err);
	}
	return rc;
}

int log_aside_of(struct log_source *l, const char *place, struct sv raw, const char *why,
		 struct err *err)
{
	l->base.progress.rejected++;
	if (l->env)
		return aside_put(&l->aside, place, why, raw, err);
	return rejects_put(&l->rejects, l->reader.line, why, raw, err);
}

int log_aside(struct log_source *l, const char *why, struct err *err)
{
	int rc = log_aside_of(l, log_place(l), l->line, why, err);

	return rc || l->env ? rc : cut_line(l, err);
}

int log_keep(struct log_source *l, struct batch *out, struct record *r, struct err *err)
{
	struct err why = ERR_NONE;

	if (!r)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (l->only && r->kind != l->kind) {
		batch_drop_last(out);
		return 0;
	}
	if (!r->language.n && r->kind == KIND_FEEDBACK)
		r->language = l->language;
	r->occurrence = 1;
	if (record_check(r, &why)) {
		batch_drop_last(out);
		return log_aside(l, why.text, err);
	}
	l->base.progress.records++;
	return 0;
}

static int next_cursor(struct log_source *l, struct sv was, struct sv rest,
		       struct batch *out, struct err *err)
{
	struct sv place, all;
	int rc = tail_cursor(l->tail, &out->arena, &place, err);

	if (rc)
		return rc;
	all = sv_of(arena_printf(&out->arena, SV_FMT "\n" SV_FMT, SV_ARG(place),
				 SV_ARG(rest)));
	if (!all.n)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!out->count && sv_eq(all, was))
		return 0;
	buf_clear(&l->last);
	buf_sv_put(&l->last, all);
	out->cursor = all;
	out->source = l->batch_source;
	return 0;
}

static void tell_progress(struct log_source *l)
{
	struct import_progress *p = &l->base.progress;

	if (l->env) {
		p->bytes = tail_bytes(l->tail, &p->size);
		l->base.rejects = l->aside.said;
		l->base.reject_count = l->aside.said_count;
		l->base.rejected_path = l->aside.count ? l->aside.path : NULL;
		return;
	}
	p->bytes = input_consumed(&l->in);
	l->base.rejects = l->rejects.said;
	l->base.reject_count = l->rejects.said_count;
	l->base.rejected_path =
		l->rejects.count && !l->rejects.dry_run ? l->rejects.path : NULL;
}

int log_end(struct log_source *l, struct sv cursor, struct sv rest, struct batch *out,
	    struct err *err)
{
	int rc = 0;

	tell_progress(l);
	if (!l->env)
		return l->ended && !out->count ? rejects_settle(&l->rejects, true, err)
					       : 0;
	rc = aside_sync(&l->aside, err);
	return rc ? rc : next_cursor(l, cursor, rest, out, err);
}

int64_t log_now_s(const struct log_source *l)
{
	if (!l->env)
		return INT64_MAX;
	return (l->env->now == TIME_NONE ? when_now() : l->env->now) / MS_SECOND;
}

int log_test(struct source *s, struct source_steps *steps, struct err *err)
{
	struct log_source *l = (struct log_source *)s;
	struct sv rest;
	bool got = false;
	int rc = reopen(l, (struct sv){ NULL, 0 }, &rest, err);

	if (rc)
		return rc;
	steps_ok(steps, N_("the log can be read"), l->path);
	rc = log_line(l, &got, err);
	if (!rc)
		steps_ok(steps, got ? N_("it has lines") : N_("it has no lines yet"),
			 got ? log_place(l) : NULL);
	tail_close(l->tail);
	l->tail = NULL;
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_transcripts.c: what customers said on the phone, as a speech recogniser wrote it into a
 * folder: a comment on the call that the name of the file tells. Only the customer's own turns
 * count, so whose they are must be said: a part of the file's name where each side was recorded
 * apart, or the names before the turns.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/encoding.h"
#include "collector/trail.h"
#include "collector/transcript.h"
#include "core/i18n.h"
#include "core/utf8.h"

#define ID SV("{uniqueid}")

/* clang-format off */
static const struct source_row rows[] = {
	{ "name", ROW_TEXT, "PATTERN", "{uniqueid}", 0, 0,
	  N_("The file's name without its ending: rec-{uniqueid}, *-{uniqueid}.") },
	{ "path", ROW_TEXT, "FOLDER", "!", 0, 0, N_("Where the recogniser puts its files.") },
	{ "speaker", ROW_TEXT, "NAME|NAME", "!", 0, 0,
	  N_("Whose turns count: names (Client|Customer), the end of a name (-in.json), or all.") },
	{ "system", ROW_TEXT, "NAME", NULL, 0, 0,
	  N_("Put before the ids of calls, where there are several exchanges.") },
};
/* clang-format on */

struct transcripts {
	struct trail trail; /* first member */
	struct sv suffix;   /* of the customers' files; empty: all */
	struct sv speakers; /* empty: all */
	struct sv before, after, system;
	bool any_before; /* @before stands somewhere, not at the beginning */
};

/* ---- the name of a file ------------------------------------------------------------------ */

static struct sv ending_of(struct sv name)
{
	static const struct sv endings[] = { SV_INIT(".json"), SV_INIT(".srt"),
					     SV_INIT(".vtt") };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (sv_ends(name, endings[i]))
			return endings[i];
	return (struct sv){ NULL, 0 };
}

/* Whisper writes one transcript in all its formats; only JSON tells what is doubtful. */
static bool json_beside(const struct trail *t, struct sv name)
{
	struct sv base = sv_sub(name, 0, name.n - ending_of(name).n);
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/" SV_FMT ".json", t->dir, SV_ARG(base));

	return n > 0 && n < (int)sizeof(path) && access(path, F_OK) == 0;
}

static bool wanted(const struct trail *t, struct sv name)
{
	const struct transcripts *s = (const struct transcripts *)t;

	if (!ending_of(name).n || s->suffix.n)
		return ending_of(name).n && sv_ends(name, s->suffix);
	return sv_ends(name, SV(".json")) || !json_beside(t, name);
}

static ptrdiff_t find_last(struct sv s, struct sv what)
{
	for (size_t i = s.n - what.n + 1; s.n >= what.n && i > 0; i--)
		if (sv_starts(sv_sub(s, i - 1, s.n), what))
			return (ptrdiff_t)i - 1;
	return -1;
}

/* Empty: the name is another than the pattern says. */
static struct sv call_of(const struct transcripts *s, struct sv name)
{
	struct sv none = { NULL, 0 };
	ptrdiff_t at;

	name.n -= s->suffix.n ? s->suffix.n : ending_of(name).n;
	if (s->any_before) {
		at = s->before.n ? find_last(name, s->before) : -1;
		if (at < 0)
			return none;
		name = sv_sub(name, (size_t)at + s->before.n, name.n);
	} else if (sv_starts(name, s->before)) {
		name = sv_sub(name, s->before.n, name.n);
	} else {
		return none;
	}
	if (s->after.n && s->after.p[s->after.n - 1] == '*') {
		at = sv_find(name, sv_sub(s->after, 0, s->after.n - 1));
		return at > 0 ? sv_sub(name, 0, (size_t)at) : none;
	}
	return sv_ends(name, s->after) ? sv_sub(name, 0, name.n - s->after.n) : none;
}

/* 1795287512.41 begins with the second in which the call came in. */
static int64_t started_at(struct sv call)
{
	struct sv second = call;
	ptrdiff_t dash = find_last(call, SV("-"));
	int64_t s;

	if (dash >= 0)
		second = sv_sub(call, (size_t)dash + 1, call.n);
	second = sv_cut(&second, '.');
	if (second.n < 9 || second.n > 10 || !sv_i64(second, &s) || s < 631152000 ||
	    s > 3155759999)
		return TIME_NONE;
	return s * MS_SECOND;
}

/* ---- a file ------------------------------------------------------------------------------ */

/* No more than a comment may have, up to a whole letter. */
static struct sv clip(struct transcripts *s, struct sv text)
{
	if (text.n <= RECORD_COMMENT_MAX)
		return text;
	source_tally(&s->trail.base, N_("transcripts that were cut"), 1);
	text.n = RECORD_COMMENT_MAX;
	while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
		text.n--;
	return text;
}

static int give(struct transcripts *s, const struct trail_file *file, struct sv call,
		const struct transcript *said, struct batch *out, const char **why,
		struct err *err)
{
	struct record *r = batch_add(out, KIND_FEEDBACK);
	struct arena *a = &out->arena;

	if (!r)
		return err_set(err, ERR_SYSTEM, "out of memory");
	r->source = s->trail.batch_source;
	r->origin = s->trail.origin;
	r->channel = s->trail.channel;
	r->external_id = sv_of(arena_printf(a, "transcript:%s%s" SV_FMT,
					    s->system.n ? s->system.p : "",
					    s->system.n ? "-" : "", SV_ARG(call)));
	r->interaction = sv_sub(r->external_id, strlen("transcript:"), r->external_id.n);
	r->occurred_at = started_at(call);
	r->answered_at = r->occurred_at != TIME_NONE
				 ? r->occurred_at
				 : file->changed_ms / MS_SECOND * MS_SECOND;
	if (!r->external_id.n ||
	    !arena_copy(a, clip(s, buf_sv(&said->text)), &r->comment) ||
	    !arena_copy(a, said->language, &r->language))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return trail_keep(&s->trail, out, r, why, err);
}

static int take(struct trail *t, const struct trail_file *file, struct sv bytes,
		struct batch *out, const char **why, struct err *err)
{
	struct transcripts *s = (struct transcripts *)t;
	struct sv call = call_of(s, sv_of(file->name));
	struct transcript said = { .doubted = 0 };
	struct err wrong = ERR_NONE;
	int rc = 0;

	if (!call.n) {
		*why = N_("its name is not as `name` says");
		return 0;
	}
	if (!utf8_valid(bytes) &&
	    !encoding_decode(encoding_of_bytes(bytes), bytes, &t->arena, &bytes))
		return err_set(err, ERR_SYSTEM, "out of memory");
	buf_init(&said.text, TRAIL_FILE_MAX);
	if (transcript_read(bytes, s->speakers, &t->arena, &said, &wrong)) {
		*why = arena_printf(&t->arena, "%s", wrong.text);
		rc = *why ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
	} else if (said.text.n) {
		rc = give(s, file, call, &said, out, why, err);
	}
	if (!rc && !*why && !said.text.n)
		source_tally(&t->base,
			     said.others ? N_("transcripts of others only")
					 : N_("transcripts without a word"),
			     1);
	if (said.doubted)
		source_tally(&t->base, N_("segments without speech"), said.doubted);
	buf_release(&said.text);
	return rc;
}

/* ---- the adapter ------------------------------------------------------------------------- */

static int transcripts_pull(struct source *s, struct sv cursor, struct batch *out,
			    struct err *err)
{
	static const struct trail_work work = { take };

	return trail_pull((struct trail *)s, &work, cursor, out, err);
}

static void transcripts_close(struct source *s)
{
	if (!s)
		return;
	trail_release((struct trail *)s);
	free(s);
}

static int configure(struct transcripts *s, const struct source_settings *settings,
		     struct err *err)
{
	struct sv speaker = sv_of(source_text(settings, "speaker"));
	struct sv name = sv_of(source_text(settings, "name"));
	ptrdiff_t at = sv_find(name, ID);

	s->system = sv_of(source_text(settings, "system"));
	if (ending_of(speaker).n)
		s->suffix = speaker;
	else if (!sv_eq(speaker, SV("all")))
		s->speakers = speaker;
	if (at < 0) {
		err_set(err, ERR_CONFIG,
			"where in the name is the call? write {uniqueid} there");
		return source_at(settings, "name", err);
	}
	s->before = sv_sub(name, 0, (size_t)at);
	s->after = sv_sub(name, (size_t)at + ID.n, name.n);
	s->any_before = s->before.n && s->before.p[0] == '*';
	if (s->any_before)
		s->before = sv_sub(s->before, 1, s->before.n);
	return 0;
}

static int transcripts_open(struct source **out, const struct source_config *config,
			    struct err *err)
{
	struct transcripts *s = calloc(1, sizeof(*s));
	int rc;

	*out = NULL;
	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	s->trail.wanted = wanted;
	rc = trail_init(&s->trail, &adapter_transcripts, config,
			source_text(config->settings, "path"), err);
	if (!rc)
		rc = configure(s, config->settings, err);
	if (rc) {
		transcripts_close(&s->trail.base);
		return rc;
	}
	*out = &s->trail.base;
	return 0;
}

const struct adapter adapter_transcripts = {
	.kind = "transcripts",
	.summary = N_("what customers said on the phone: Vosk, Whisper, WebVTT, SRT"),
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.open = transcripts_open,
	.pull = transcripts_pull,
	.test = trail_test,
	.close = transcripts_close,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.c: see mail.h. The child takes the mail apart; here is decided what it is: a machine's, a
 * bounce, a form's, a person's.
 */
#include "collector/mail.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/columns.h"
#include "collector/mail_child.h"
#include "collector/mail_fields.h"
#include "collector/mail_reply.h"
#include "collector/mail_table.h"
#include "collector/mail_token.h"
#include "collector/shape.h"
#include "core/i18n.h"

enum { HASH_BYTES = 16, LINES_KNOWN = 2 };

struct mail_reader {
	struct mail_child child;
	struct source *source;
	struct aside *aside;
	const char *name; /* of the source */
	const char *agent, *queue, *team, *language;
	struct sv token, subject_token;
	enum field score; /* what a bare number means */
	struct shape shape;
	struct columns_told told;
};

/* clang-format off */
static const struct source_row rows[] = {
	{ "agent", ROW_TEXT, "NAME", NULL, 0, 0, N_("Who is answered about, where the whole mailbox is one person's.") },
	{ "queue", ROW_TEXT, "NAME", NULL, 0, 0, N_("The queue that all of it belongs to.") },
	{ "score", ROW_CHOICE, "csat|nps|ces1|ces2|fcr", "csat", 0, 0,
	  N_("What a number means that a customer answers with.") },
	{ "subject_token", ROW_TEXT, "PATTERN", "[#{id}]", 0, 0,
	  N_("How the subject names the contact, where the address does not.") },
	{ "team", ROW_TEXT, "NAME", NULL, 0, 0, N_("The team that all of it belongs to.") },
	{ "token", ROW_TEXT, "PATTERN", "survey+{id}.{mac}@", 0, 0,
	  N_("The address that was asked from; .{mac} may be missing in it.") },
};
/* clang-format on */

const struct source_row *mail_rows(size_t *count)
{
	_Static_assert(sizeof(rows) / sizeof(rows[0]) <= MAIL_ROWS_MAX, "room for rows");
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

/* ---- opening ----------------------------------------------------------------------------- */

static const char *said(const struct source_settings *s, const char *key)
{
	const char *value = s ? source_text(s, key) : NULL;

	for (size_t i = 0; !value && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].key, key) == 0)
			value = rows[i].preset;
	return value;
}

static int pattern(const struct source_settings *s, const char *key, struct sv *out,
		   struct err *err)
{
	*out = sv_of(said(s, key));
	if (!token_check(*out, err))
		return 0;
	return s ? source_at(s, key, err) : ERR_CONFIG;
}

static enum field score_field(const char *name)
{
	struct meaning m;

	return field_find(sv_of(name), &m) ? m.field : FIELD_CSAT;
}

int mail_open(struct mail_reader **out, struct source *s,
	      const struct source_settings *settings,
	      const struct import_options *options, const struct collect_env *env,
	      const char *mime_program, struct aside *aside, struct err *err)
{
	struct mail_reader *m = calloc(1, sizeof(*m));
	int rc;

	*out = NULL;
	if (!m)
		return err_set(err, ERR_SYSTEM, "out of memory");
	mail_child_init(&m->child, mime_program, env ? env->cancel : NULL);
	m->source = s;
	m->aside = aside;
	m->name = options->source ? options->source : "files";
	m->agent = said(settings, "agent");
	m->queue = said(settings, "queue");
	m->team = said(settings, "team");
	m->language = settings ? source_text(settings, "language") : NULL;
	m->score = score_field(said(settings, "score"));
	m->told = (struct columns_told){ .kind = options->kind,
					 .maps = options->maps,
					 .map_count = options->map_count };
	rc = pattern(settings, "token", &m->token, err);
	if (!rc)
		rc = pattern(settings, "subject_token", &m->subject_token, err);
	if (!rc)
		rc = shape_begin(&m->shape, options, err);
	if (!options->channel)
		m->shape.channel = CHANNEL_EMAIL;
	if (!rc && sodium_init() < 0)
		rc = err_set(err, ERR_SYSTEM, "libsodium does not start");
	if (rc) {
		mail_close(m);
		return rc;
	}
	*out = m;
	return 0;
}

void mail_close(struct mail_reader *m)
{
	if (!m)
		return;
	mail_child_release(&m->child);
	free(m);
}

/* ---- one mail ---------------------------------------------------------------------------- */

struct taking {
	struct mail_reader *m;
	struct mail_fields f;
	struct sv raw;
	const char *place;
	int64_t at;
	struct batch *out;
	struct record *r;
};

static bool keep(struct taking *t, struct sv text, struct sv *to)
{
	return arena_copy(&t->out->arena, sv_sub(text, 0, RECORD_ID_MAX), to);
}

/* The Message-ID, else a hash: the same mail is the same record wherever it is read again. */
static bool keep_id(struct taking *t, struct sv *to)
{
	unsigned char hash[HASH_BYTES];
	char hex[HASH_BYTES * 2 + 1];

	if (t->f.message_id.n)
		return keep(t, t->f.message_id, to);
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)t->raw.p, t->raw.n,
			   NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return keep(t, (struct sv){ hex, HASH_BYTES * 2 }, to);
}

static bool token_in(const struct mail_list *l, struct sv pattern, struct sv *id)
{
	for (size_t i = 0; i < l->count; i++)
		if (token_at(pattern, l->at[i], id))
			return true;
	return false;
}

/* Who was asked: the address, our own id in the thread, the subject, at last the thread's first mail. */
static struct sv interaction_of(const struct taking *t)
{
	const struct mail_fields *f = &t->f;
	struct sv id = { NULL, 0 };

	if (token_in(&f->to, t->m->token, &id) ||
	    token_in(&f->references, t->m->token, &id) ||
	    token_within(t->m->subject_token, f->subject, &id))
		return id;
	return f->references.count ? f->references.at[f->references.count - 1] : id;
}

/* What every record of a mail has. False: the batch has no room. */
static bool head(struct taking *t)
{
	struct record *r = t->r;
	struct mail_reader *m = t->m;

	r->channel = m->shape.channel;
	return keep(t, sv_of(m->name), &r->source) &&
	       keep(t, sv_of(t->place), &r->origin) &&
	       keep(t, sv_of(m->agent), &r->agent) &&
	       keep(t, sv_of(m->queue), &r->queue) && keep(t, sv_of(m->team), &r->team);
}

/* ---- a bounce ---------------------------------------------------------------------------- */

/* Of an invitation of ours: it was never read. The time it was sent is not in a report. */
static int take_bounce(struct taking *t, bool *taken, struct err *err)
{
	struct sv id = { NULL, 0 };

	*taken = token_in(&t->f.returned, t->m->token, &id) ||
		 token_in(&t->f.bounced, t->m->token, &id) ||
		 token_in(&t->f.to, t->m->token, &id);
	if (!*taken)
		return 0;
	t->r->delivery = DELIVERY_BOUNCED;
	t->r->asked_at = t->at;
	if (!keep(t, id, &t->r->external_id) || !keep(t, id, &t->r->interaction))
		return ERR_AGAIN;
	if (t->f.bounced.count && !keep(t, t->f.bounced.at[0], &t->r->customer))
		return ERR_AGAIN;
	return record_check(t->r, err);
}

/* ---- a form ------------------------------------------------------------------------------ */

/*
 * Of lines, two must be understood, or one that the source was told of; what does not fit
 * then is a person's words.
 */
static int form_lines(struct taking *t, struct mail_table *table, struct err *err)
{
	bool told = t->m->told.map_count > 0;
	struct sv text = t->f.text;
	int rc;

	if (!told && !reply_text(text, &t->out->arena, &text))
		return ERR_AGAIN;
	rc = mail_table_lines(table, text, err);
	if (table->known < (told ? 1 : LINES_KNOWN) || (rc == ERR_INPUT && !told)) {
		table->known = 0;
		return rc == ERR_AGAIN ? rc : 0;
	}
	return rc;
}

/* What the form did not say itself. False: the batch has no room. */
static bool form_ids(struct taking *t)
{
	struct record *r = t->r;

	if (!r->external_id.n && !keep_id(t, &r->external_id))
		return false;
	if (!r->interaction.n && !keep(t, interaction_of(t), &r->interaction))
		return false;
	/* The lines of a survey filled in by hand: who answers in a thread is a person. */
	return r->customer.n || t->f.machine.n || !t->f.references.count ||
	       keep(t, t->f.from, &r->customer);
}

static int take_form(struct taking *t, bool *taken, struct err *err)
{
	struct mail_table table = { .shape = &t->m->shape,
				    .told = &t->m->told,
				    .arena = &t->out->arena,
				    .record = t->r,
				    .score = t->m->score };
	int rc = 0;

	for (size_t i = 0; !rc && i < t->f.tables.count && !table.known; i++)
		rc = mail_table_attached(&table, t->f.tables.at[i], err);
	if (!rc && !table.known)
		rc = form_lines(t, &table, err);
	*taken = table.known && (t->r->score_count || t->r->comment.n);
	if (rc || !*taken)
		return rc;
	if (t->r->answered_at == TIME_NONE)
		t->r->answered_at = t->at;
	return form_ids(t) ? record_check(t->r, err) : ERR_AGAIN;
}

/* ---- a person ---------------------------------------------------------------------------- */

/* On the first line of what was written, else as the whole subject. */
static bool find_score(struct taking *t, struct sv *words)
{
	const struct score *want = &t->m->shape.scale[t->m->score - FIELD_CSAT];
	struct sv subject = reply_subject(t->f.subject), rest;
	int value;
	bool found = reply_score(*words, want, &value, words);

	if (!found && subject.n) {
		ptrdiff_t token = sv_find(subject, SV("["));

		if (token > 0)
			subject = sv_trim(sv_sub(subject, 0, (size_t)token));
		found = reply_score(subject, want, &value, &rest) && !rest.n;
	}
	if (!found)
		return false;
	t->r->scores[0] = *want;
	t->r->scores[0].value = (int16_t)value;
	t->r->score_count = 1;
	return true;
}

/* At a letter, not in it. */
static struct sv cut_comment(struct sv s)
{
	size_t n = s.n;

	if (n <= RECORD_COMMENT_MAX)
		return s;
	for (n = RECORD_COMMENT_MAX; n && (s.p[n] & 0xc0) == 0x80;)
		n--;
	return sv_sub(s, 0, n);
}

static int take_reply(struct taking *t, bool *taken, struct err *err)
{
	struct sv words;

	if (!reply_text(t->f.text, &t->out->arena, &words))
		return ERR_AGAIN;
	*taken = find_score(t, &words) || words.n;
	if (!*taken)
		return 0;
	t->r->comment = cut_comment(words);
	t->r->answered_at = t->at;
	if (!keep_id(t, &t->r->external_id) || !keep(t, t->f.from, &t->r->customer) ||
	    !keep(t, interaction_of(t), &t->r->interaction) ||
	    !keep(t, t->f.language.n ? t->f.language : sv_of(t->m->language),
		  &t->r->language))
		return ERR_AGAIN;
	return record_check(t->r, err);
}

/* ---- which of them ----------------------------------------------------------------------- */

/* One try; nothing stays in the batch if it is none. */
static int attempt(struct taking *t, enum record_kind kind,
		   int (*take)(struct taking *, bool *, struct err *), bool *taken,
		   struct err *err)
{
	struct arena_mark mark;
	int rc = ERR_AGAIN;

	t->r = batch_add(t->out, kind);
	if (!t->r)
		return rc;
	mark = arena_mark(&t->out->arena);
	if (head(t))
		rc = take(t, taken, err);
	if (rc || !*taken) {
		batch_drop_last(t->out);
		arena_rewind(&t->out->arena, mark);
	}
	return rc;
}

/* A form's mail says that it was written by a machine, and so it was. */
static bool may_be_form(const struct taking *t)
{
	struct sv machine = t->f.machine;

	if (!machine.n)
		return true;
	return (t->m->told.map_count || t->f.tables.count) &&
	       (sv_find(machine, SV("auto-generated")) >= 0 ||
		sv_find(machine, SV("bulk")) >= 0 ||
		sv_find(machine, SV("Return-Path")) >= 0);
}

static int decide(struct taking *t, struct err *err)
{
	struct sv machine = t->f.machine;
	bool taken = false;
	int rc = 0;

	if (sv_starts(machine, SV("bounce"))) {
		rc = attempt(t, KIND_INVITATION, take_bounce, &taken, err);
		if (!rc)
			source_tally(t->m->source, N_("bounces"), 1);
	} else {
		if (may_be_form(t))
			rc = attempt(t, KIND_FEEDBACK, take_form, &taken, err);
		if (!rc && !taken && machine.n)
			source_tally(t->m->source, N_("automatic replies"), 1);
		else if (!rc && !taken)
			rc = attempt(t, KIND_FEEDBACK, take_reply, &taken, err);
		if (!rc && !taken && !machine.n)
			source_tally(t->m->source, N_("no score and no words"), 1);
	}
	if (!rc && taken)
		t->m->source->progress.records++;
	return rc;
}

static int set_aside(struct taking *t, const struct err *why, struct err *err)
{
	struct source *s = t->m->source;
	struct aside *a = t->m->aside;
	int rc = a ? aside_put(a, t->place, why->text, t->raw, err) : 0;

	s->progress.rejected++;
	if (a) {
		s->rejects = a->said;
		s->reject_count = a->said_count;
		s->rejected_path = a->path;
	}
	return rc;
}

int mail_take(struct mail_reader *m, struct sv raw, const char *place, int64_t arrived_at,
	      struct batch *out, struct err *err)
{
	struct taking t = { .m = m, .raw = raw, .place = place, .out = out };
	struct err why = ERR_NONE;
	struct sv answer;
	int rc;

	if (out->count >= BATCH_RECORDS)
		return ERR_AGAIN;
	rc = mail_child_ask(&m->child, raw, &answer, &why);
	if (!rc)
		rc = mail_fields_read(&t.f, answer, &why);
	if (!rc) {
		t.at = arrived_at != TIME_NONE ? arrived_at : t.f.date;
		rc = decide(&t, &why);
	}
	if (rc == ERR_INPUT)
		rc = set_aside(&t, &why, err);
	else if (rc && err)
		*err = why;
	if (!rc)
		m->source->progress.rows++;
	return rc;
}

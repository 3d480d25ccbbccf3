/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_explain.c: why. Of a text or a record: each term, its weight, the rules that changed it, the
 * place in the text. Of an indicator: its formula, its edge cases, what it cannot say.
 */
#include <string.h>

#include "cli/numbers.h"
#include "cli/records.h"
#include "cli/subcommand.h"
#include "cli/words.h"
#include "core/i18n.h"
#include "core/show.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	{ "text", OPTION_FLAG, NULL,
	  N_("The argument is a text, even if it looks like an id or an indicator") },
	OPTION_LEXICON,
	OPTION_PACK,
	{ "lang-hint", OPTION_TEXT, "LANG", N_("The language to expect") },
};

static int explain_metric(struct program *p, const struct metric *m)
{
	struct metric_text t = opinia_metric_explain(m);

	fprintf(p->out, "%s (%s)\n\n%s\n\n%s\n    %s\n\n%s\n    %s\n\n%s\n    %s\n",
		t.label, m->name, t.definition, _("Formula:"), t.formula,
		_("At the edges:"), t.edges, _("What it cannot say:"), t.cannot);
	return 0;
}

static void one_weight(struct program *p, int32_t milli, struct buf *out)
{
	char text[40];

	number_format(p->lang, (milli < 0 ? -milli : milli) / 1000.0, 2, text);
	buf_printf(out, "%s%s", milli < 0 ? "−" : "+", text);
}

static struct sv weight(struct program *p, int32_t milli)
{
	struct sv out = { NULL, 0 };
	struct buf b;

	buf_init(&b, 0);
	one_weight(p, milli, &b);
	if (!arena_copy(&p->arena, buf_sv(&b), &out))
		out = SV("?");
	buf_release(&b);
	return out;
}

static struct sv rules(struct program *p, uint32_t bits)
{
	struct sv out = { NULL, 0 };
	struct buf b;

	buf_init(&b, 0);
	opinia_rules_text(bits, &b);
	if (!arena_copy(&p->arena, buf_sv(&b), &out))
		out = SV("?");
	buf_release(&b);
	return out;
}

static int print_evidence(struct program *p, struct sv text, const struct verdict *v,
			  struct err *err)
{
	const struct taxonomy *t = opinia_analyzer_taxonomy(p->analyzer);
	const struct column columns[] = {
		{ "clause", _("clause"), COLUMN_COUNT, 0, false, false },
		{ "words", _("words"), COLUMN_TEXT, 0, false, false },
		{ "term", _("lexicon term"), COLUMN_TEXT, 0, false, false },
		{ "topic", _("speaks of"), COLUMN_TEXT, 0, false, false },
		{ "base", _("weight there"), COLUMN_TEXT, 0, false, false },
		{ "weight", _("counted"), COLUMN_TEXT, 0, false, false },
		{ "rules", _("because of"), COLUMN_TEXT, 0, false, true },
	};
	struct printer *printer;
	int rc = program_printer(p, columns, 7, &printer, err);

	for (uint16_t i = 0; !rc && i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];
		bool topic = e->topic != TOPIC_NONE && e->topic < t->count;

		rc = printer_row(printer,
				 (struct cell[]){
					 cell_count(e->clause + 1u),
					 cell_text(sv_sub(text, e->span.start,
							  e->span.end - e->span.start)),
					 cell_text(e->term),
					 cell_text(topic ? t->topics[e->topic].id
							 : sv_of(_("sentiment"))),
					 cell_text(weight(p, e->base)),
					 cell_text(weight(p, e->weight)),
					 cell_text(rules(p, e->rules)),
				 },
				 err);
	}
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static void print_result(struct program *p, const struct verdict *v)
{
	const struct taxonomy *t = opinia_analyzer_taxonomy(p->analyzer);
	char conf[40];

	number_format(p->lang, v->conf / 10.0, 0, conf);
	fprintf(p->out, "\n%s: " SV_FMT "\n%s: %s " SV_FMT "  (%s %s %%)\n",
		_("language"),
		SV_ARG(p->languages[v->language < p->language_count ? v->language : 0]),
		_("sentiment"), sentiment_name(v->sentiment), SV_ARG(weight(p, v->score)),
		_("confidence"), conf);
	for (uint16_t i = 0; i < v->topic_count; i++) {
		const struct topic_verdict *tv = &v->topics[i];

		fprintf(p->out, "%s: " SV_FMT " (" SV_FMT ") %s " SV_FMT "\n", _("topic"),
			SV_ARG(t->topics[tv->topic].label[p->lang]),
			SV_ARG(t->topics[tv->topic].id), sentiment_name(tv->label),
			SV_ARG(weight(p, tv->score)));
	}
	fprintf(p->out, "%s: " SV_FMT "\n", _("lexicon"),
		SV_ARG(opinia_analyzer_hash(p->analyzer)));
}

static int explain_text(struct program *p, struct sv text, struct sv hint,
			struct err *err)
{
	struct opinia_scratch *scratch = words_scratch(p->analyzer, err);
	struct verdict v = { .analyzed = false };
	struct buf b;
	int rc = scratch ? opinia_analyze(p->analyzer, scratch, text, hint, &p->arena, &v,
					  err)
			 : (int)err->code;

	if (rc)
		return rc;
	buf_init(&b, 0);
	if (p->format == PRINT_JSON) {
		opinia_verdict_json(p->analyzer, &v, SV("null"), &b);
		fprintf(p->out, SV_FMT "\n", SV_ARG(buf_sv(&b)));
		buf_release(&b);
		return 0;
	}
	show_comment(text, &v, SHOW_EVIDENCE | (p->colour ? SHOW_COLOUR : 0), &b);
	if (p->format == PRINT_TABLE)
		fprintf(p->out, SV_FMT "\n\n", SV_ARG(buf_sv(&b)));
	buf_release(&b);
	rc = print_evidence(p, text, &v, err);
	if (!rc && p->format == PRINT_TABLE)
		print_result(p, &v);
	return rc;
}

/* A record is read again with today's lexicon; when that says otherwise, retag would change it. */
static int explain_record(struct program *p, uint32_t id, struct err *err)
{
	struct opinia_store_options opt = program_store_options(p);
	struct opinia_stored s;
	int rc;

	opt.read_only = true;
	rc = opinia_store_open(&p->store, &opt, err);
	if (!rc)
		rc = opinia_snapshot_open(p->store, &p->snap, err);
	if (!rc)
		rc = opinia_fetch(p->snap, id, &p->arena, &s, err);
	if (rc)
		return rc;
	if (!s.readable || !s.record.comment.n)
		return err_set(err, ERR_NOTHING, "record %u has no words to explain", id);
	rc = explain_text(p, s.record.comment, s.record.language, err);
	if (!rc && s.contradiction)
		program_remark(p, _("The score says the opposite of the words: " SV_FMT),
			       SV_ARG(records_scores(&s.record, &p->arena)));
	if (!rc && !sv_eq(s.lexicon, opinia_analyzer_hash(p->analyzer)))
		program_remark(p, _("It was tagged with another lexicon: " SV_FMT),
			       SV_ARG(s.lexicon));
	return rc;
}

static int explain_run(struct program *p, const struct options *o, struct err *err)
{
	struct sv text = options_rest(o, 0, &p->arena);
	const struct metric *m = opinia_metric_find(text);
	struct sv digits = sv_starts(text, SV("#")) ? sv_sub(text, 1, text.n) : text;
	uint32_t id;

	if (!o->arg_count)
		return err_set(
			err, ERR_USAGE,
			"explain what? a text, the id of a record, or an indicator");
	if (!option_given(o, "text") && m)
		return explain_metric(p, m);
	if (!option_given(o, "text") && sv_u32(digits, &id) && digits.p[0] != '+')
		return explain_record(p, id, err);
	return explain_text(p, text, sv_of(option_text(o, "lang-hint", NULL)), err);
}

const struct subcommand cmd_explain = {
	.name = "explain",
	.args = "TEXT | ID | INDICATOR",
	.summary = N_("Say why a comment was read so, or what an indicator is"),
	.opens = OPENS_ANALYZER,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = explain_run,
	.examples = "  opinia explain 'Dostawa szybka, ale pudełko przyszło rozdarte.'\n"
		    "  opinia explain 1\n"
		    "  opinia explain nps\n",
};

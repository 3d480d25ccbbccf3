/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_lexicon.c: the lexicon as an analyst works on it: `check` compiles and tells what is wrong,
 * `test` asks the cases, `learn` writes a learned.tsv from comments whose customers gave a score,
 * `suggest` prints lines that they lack.
 */
#include <string.h>

#include "cli/lexicon.h"
#include "cli/lexicon_verbs.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "out", OPTION_TEXT, "DIR",
	  N_("learn: the folder that learned.tsv goes to; `lexicons.d` of a store puts "
	     "it to "
	     "use") },
	{ "dry-run", OPTION_FLAG, NULL, N_("learn: measure, and write nothing") },
	{ "k", OPTION_NUMBER, "N",
	  N_("learn, suggest: a term is kept when so many customers wrote it (default: "
	     "3)") },
	{ "limit", OPTION_NUMBER, "N",
	  N_("learn: from so many comments at most (default: all); suggest: so many "
	     "lines of "
	     "each kind (default: 40)") },
	{ "only", OPTION_CHOICE, "topics|words",
	  N_("suggest: only lines of topics.tsv, or of words.tsv") },
	{ "pack", OPTION_TEXT, "all|none|NAME,…",
	  N_("test: topic packs that are on for the cases under packs/ (default: all)") },
	{ "seed", OPTION_NUMBER, "N",
	  N_("learn: which ones --limit takes, and the folds (default: 1)") },
};

struct heard {
	unsigned warnings, errors;
	FILE *out;
};

static void tell(void *ctx, const struct opinia_lexicon_note *note)
{
	struct heard *h = ctx;

	*(note->error ? &h->errors : &h->warnings) += 1;
	fprintf(h->out, "%s: %s: %s\n", note->place,
		note->error ? _("error") : _("warning"), note->text);
}

/* `check [DIR]`: all folders as one, with every remark; a table is made and thrown away. */
static int check(struct program *p, const struct options *o, struct err *err)
{
	struct heard h = { .out = p->out };
	struct lexicon_ear ear = { tell, &h };
	struct opinia_analyzer *a = NULL;
	struct err why = ERR_NONE;
	int rc = lexicon_open(p->store_dir, o->arg_count > 1 ? o->args[1] : NULL, ear, &a,
			      &p->arena, &why);

	if (!rc)
		rc = program_packs(p, o, a, &why);
	if (!rc)
		fprintf(p->out, _("%u warnings; the lexicon is " SV_FMT "\n"), h.warnings,
			SV_ARG(opinia_analyzer_hash(a)));
	opinia_analyzer_close(a);
	if (rc == ERR_CONFIG && h.errors)
		return err_set(err, ERR_CONFIG, "%u errors, %u warnings", h.errors,
			       h.warnings);
	if (rc)
		*err = why;
	return rc;
}

static const struct verb {
	const char *name;
	size_t args; /* at most, with itself */
	int (*run)(struct program *p, const struct options *o, struct err *err);
} verbs[] = {
	{ "check", 2, check },
	{ "learn", 2, lexicon_learn },
	{ "suggest", 2, lexicon_suggest },
	{ "test", 2, lexicon_test },
};

static int lexicon_run(struct program *p, const struct options *o, struct err *err)
{
	const char *name = o->arg_count ? o->args[0] : "";

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return o->arg_count <= verbs[i].args
				       ? verbs[i].run(p, o, err)
				       : err_set(err, ERR_USAGE,
						 "lexicon %s takes one argument at most",
						 name);
	return err_set(err, ERR_USAGE, "lexicon what? check, learn, suggest or test");
}

/* To look at lines that are wrong, nothing may be open; a file is learned from without a store. */
static unsigned lexicon_opens(const struct options *o)
{
	if (!o->arg_count ||
	    (strcmp(o->args[0], "learn") != 0 && strcmp(o->args[0], "suggest") != 0))
		return OPENS_NOTHING;
	return o->arg_count > 1 ? OPENS_ANALYZER : OPENS_ANALYZER | OPENS_STORE;
}

const struct subcommand cmd_lexicon = {
	.name = "lexicon",
	.args = "check [DIR] | test [DIR] | learn [FILE] | suggest [FILE]",
	.summary = N_("Look at the lexicon, test it, learn from your own scores"),
	.opens = OPENS_ANALYZER,
	.opens_with = lexicon_opens,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = lexicon_run,
	.examples = "  opinia lexicon check\n"
		    "  opinia lexicon test\n",
};

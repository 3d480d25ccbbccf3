/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_erase.c: a person, or a record of nobody known, taken out of the store for good. The rows that
 * were set aside go first: once the store has forgotten, nobody knows any more which are theirs.
 */
#include <string.h>
#include <unistd.h>

#include "cli/audit.h"
#include "cli/person.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_ADDRESS,
	{ "record", OPTION_NUMBER, "ID", N_("A record that names no customer, instead") },
	{ "dry-run", OPTION_FLAG, NULL, N_("Only say what would go") },
	{ "yes", OPTION_FLAG, NULL, N_("Do not ask") },
	{ "compact", OPTION_FLAG, NULL,
	  N_("Only take out of the data file what earlier erasures have left in it") },
	OPTION_REASON,
};

struct asked {
	uint32_t number;   /* of a customer, or */
	uint32_t record;   /* of a record       */
	const char *name;  /* "c12", "record 7": for the audit trail */
	const char *shown; /* the same, for people                   */
	struct opinia_trace *traces;
	size_t trace_count;
};

/* ---- who ------------------------------------------------------------------------------ */

static int find_customer(struct program *p, const struct options *o,
			 struct opinia_snapshot *snap, struct asked *a, struct err *err)
{
	struct opinia_subject s;
	int rc = person_named(o, 0, snap, &a->number, err);

	if (!rc)
		rc = opinia_subject_read(snap, a->number, &p->arena, &s, err);
	if (rc)
		return rc;
	a->number = s.number;
	a->name = a->shown = arena_printf(&p->arena, "c%u", s.number);
	return person_traces(p, snap, &s, &a->traces, &a->trace_count, err);
}

static int find_record(struct program *p, const struct options *o,
		       struct opinia_snapshot *snap, struct asked *a, struct err *err)
{
	long id = option_number(o, "record", 0);

	if (o->arg_count || option_given(o, "address-from-stdin"))
		return err_set(err, ERR_USAGE, "a customer, or --record, but not both");
	if (id < 1 || id > UINT32_MAX)
		return err_set(err, ERR_MISSING, "there is no record %ld", id);
	a->record = (uint32_t)id;
	a->name = arena_printf(&p->arena, "record %ld", id);
	a->shown = arena_printf(&p->arena, _("record %ld"), id);
	return person_record_traces(p, snap, a->record, &a->traces, &a->trace_count, err);
}

static int find(struct program *p, const struct options *o, struct asked *a,
		struct err *err)
{
	struct opinia_snapshot *snap;
	int rc = opinia_snapshot_open(p->store, &snap, err);

	if (rc)
		return rc;
	rc = option_given(o, "record") ? find_record(p, o, snap, a, err)
				       : find_customer(p, o, snap, a, err);
	opinia_snapshot_close(snap);
	return rc;
}

/* ---- what ----------------------------------------------------------------------------- */

static int erase(struct program *p, const struct asked *a, bool dry,
		 const struct opinia_audit *why, struct opinia_erasure *out,
		 struct err *err)
{
	return a->record ? opinia_erase_record(p->store, a->record, dry, why, out, err)
			 : opinia_erase_customer(p->store, a->number, dry, why, out, err);
}

static void tell(struct program *p, const struct asked *a, const struct opinia_erasure *e,
		 bool dry)
{
	fprintf(p->out, dry ? _("%s would be erased: ") : _("%s is erased: "), a->shown);
	fprintf(p->out,
		ngettext("%llu record", "%llu records", (unsigned long)e->records),
		(unsigned long long)e->records);
	fputs(", ", p->out);
	fprintf(p->out,
		ngettext("%llu earlier revision", "%llu earlier revisions",
			 (unsigned long)e->revisions),
		(unsigned long long)e->revisions);
	fputs(", ", p->out);
	fprintf(p->out,
		ngettext("%llu address", "%llu addresses", (unsigned long)e->addresses),
		(unsigned long long)e->addresses);
	fputc('\n', p->out);
}

/* A person at a terminal types the name; anybody else has said --yes. */
static int confirm(const struct options *o, const struct asked *a, struct err *err)
{
	char line[64];

	if (option_given(o, "yes"))
		return 0;
	if (!isatty(STDIN_FILENO) || option_given(o, "address-from-stdin"))
		return err_set(
			err, ERR_USAGE,
			"nobody is here to be asked: --dry-run says what would go, "
			"--yes erases it");
	fprintf(stderr, _("This cannot be undone. Type %s to erase: "), a->shown);
	if (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		if (strcmp(line, a->shown) == 0)
			return 0;
	}
	return err_set(err, ERR_NOTHING, "nothing was erased");
}

static void tell_rejected(struct program *p, const struct opinia_rejected *n, bool dry)
{
	unsigned long theirs = (unsigned long)n->theirs;

	if (theirs && dry)
		fprintf(p->out,
			ngettext("%llu row that was set aside would be overwritten\n",
				 "%llu rows that were set aside would be overwritten\n",
				 theirs),
			(unsigned long long)n->theirs);
	else if (theirs)
		fprintf(p->out,
			ngettext("%llu row that was set aside is overwritten\n",
				 "%llu rows that were set aside are overwritten\n",
				 theirs),
			(unsigned long long)n->theirs);
	person_aside_remark(p, "erase", n);
}

static int blank_rejected(struct program *p, const struct asked *a, bool dry,
			  struct err *err)
{
	const char *dir = arena_printf(&p->arena, "%s/rejected", p->store_dir);
	struct opinia_rejected n;
	int rc;

	if (!dir)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = dry ? opinia_rejected_find(dir, a->traces, a->trace_count, NULL, NULL, &n,
					err)
		 : opinia_rejected_blank(dir, a->traces, a->trace_count, &n, err);
	if (!rc)
		tell_rejected(p, &n, dry);
	return rc;
}

static int compact(struct program *p, struct err *err)
{
	bool unswept, done = true;
	int rc = opinia_store_unswept(p->store, &unswept, err);

	if (!rc && unswept)
		rc = opinia_store_compact(p->store, &done, err);
	if (!rc && !done)
		fprintf(stderr, "opinia erase: %s\n",
			_("somebody else has the store open: free pages of its file keep "
			  "what "
			  "was erased until `opinia erase --compact` is run alone"));
	return rc;
}

static void remarks(struct program *p, const struct opinia_erasure *e)
{
	const char *key = opinia_store_key_path(p->store);

	if (e->key_lent)
		fprintf(stderr,
			_("opinia erase: %s may serve other stores, so their key is "
			  "still "
			  "in it, and older backups can be read; `opinia key rotate --to "
			  "FILE` "
			  "gives this store a key of its own\n"),
			key);
	else if (e->key_pending)
		fprintf(stderr,
			_("opinia erase: %s cannot be written, so their key is still in "
			  "it; the next command that writes tries again\n"),
			key);
	else
		fprintf(stderr,
			_("opinia erase: %s has changed: back it up anew, and destroy "
			  "older "
			  "copies of it: with an old backup they open what was erased\n"),
			key);
}

static int erase_run(struct program *p, const struct options *o, struct err *err)
{
	struct asked a = { .number = 0 };
	struct opinia_erasure e;
	struct opinia_audit why;
	int rc;

	if (option_given(o, "compact"))
		return o->arg_count ? err_set(err, ERR_USAGE, "--compact erases nobody")
				    : compact(p, err);
	rc = find(p, o, &a, err);
	why = audit_entry(p, "erase", sv_of(a.name),
			  sv_of(option_text(o, "reason", NULL)));
	if (!rc && option_given(o, "dry-run")) {
		rc = erase(p, &a, true, &why, &e, err);
		if (!rc)
			tell(p, &a, &e, true);
		return rc ? rc : blank_rejected(p, &a, true, err);
	}
	if (!rc)
		rc = confirm(o, &a, err);
	if (!rc)
		rc = blank_rejected(p, &a, false, err);
	if (!rc)
		rc = erase(p, &a, false, &why, &e, err);
	if (rc)
		return rc;
	tell(p, &a, &e, false);
	remarks(p, &e);
	return compact(p, err);
}

const struct subcommand cmd_erase = {
	.name = "erase",
	.args = "CUSTOMER | --address-from-stdin | --record ID | --compact",
	.summary = N_("Erase a person for good, and leave the counts as they are"),
	.opens = OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = erase_run,
	.examples = "  opinia erase c12 --dry-run\n"
		    "  echo maria.dima85@example.ro | opinia erase --address-from-stdin "
		    "--dry-run\n"
		    "  opinia erase c12 --yes --reason 'asked by letter of 3 March'\n",
};

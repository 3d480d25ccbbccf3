/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.c: the door for files: open, find whose file it is, hand on. It also knows the
 * files that people try first and that are no text, and says what to do with them.
 */
#include <libintl.h>
#include <stdlib.h>
#include <string.h>

#include "collector/adapter.h"

struct opinia_import {
	struct source *source;
};

/* What a file begins with that nobody here reads. */
static const struct {
	struct sv head;
	const char *say;
} strangers[] = {
	{ SV_INIT("\xd0\xcf\x11\xe0"),
	  "is an old Excel workbook: save it as \"CSV UTF-8\"" },
	{ SV_INIT("\x1f\x8b"), "is compressed: gunzip it first" },
	{ SV_INIT("\x28\xb5\x2f\xfd"), "is compressed: unzstd it first" },
	{ SV_INIT("%PDF"), "is a PDF: export the answers as CSV" },
};

static int refuse_strangers(const struct input *in, struct err *err)
{
	struct sv head = input_window(in);

	if (!head.n)
		return err_set(err, ERR_INPUT, "is empty");
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		if (sv_starts(head, strangers[i].head))
			return err_set(err, ERR_INPUT, "%s", gettext(strangers[i].say));
	if (head.n >= 4 && ((!head.p[0] && !head.p[2]) || (!head.p[1] && !head.p[3])))
		return err_set(err, ERR_INPUT,
			       "looks like UTF-16 without its mark: save it as UTF-8");
	return 0;
}

static int open_source(struct source **out, const struct source_config *config,
		       struct err *err)
{
	const struct adapter *adapter;
	int rc = refuse_strangers(config->input, err);

	if (rc)
		return rc;
	adapter = adapter_for_file(input_window(config->input));
	if (!adapter)
		return err_set(err, ERR_INPUT, "is no file that can be read here");
	return adapter->open(out, config, err);
}

int opinia_import_open(struct opinia_import **out, const char *path,
		       const struct import_options *options, struct err *err)
{
	struct input in;
	struct source_config config = { .place = path, .options = options, .input = &in };
	struct opinia_import *imp = calloc(1, sizeof(*imp));
	int rc;

	*out = NULL;
	if (!imp)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = input_open(&in, path, err);
	if (!rc)
		rc = open_source(&imp->source, &config, err);
	input_close(&in);
	if (rc) {
		free(imp);
		err_at(err, "%s", path);
		return rc;
	}
	*out = imp;
	return 0;
}

const struct import_recognised *opinia_import_recognised(const struct opinia_import *imp)
{
	return &imp->source->seen;
}

int opinia_import_pull(struct opinia_import *imp, struct batch *out, struct err *err)
{
	batch_reset(out);
	return imp->source->adapter->pull(imp->source, (struct sv){ NULL, 0 }, out, err);
}

const struct source_tally *opinia_import_tallies(const struct opinia_import *imp,
						 size_t *count)
{
	*count = imp->source->tally_count;
	return imp->source->tallies;
}

struct import_progress opinia_import_progress(const struct opinia_import *imp)
{
	return imp->source->progress;
}

const struct import_reject *opinia_import_rejects(const struct opinia_import *imp,
						  size_t *count)
{
	*count = imp->source->reject_count;
	return imp->source->rejects;
}

const char *opinia_import_rejected_path(const struct opinia_import *imp)
{
	return imp->source->rejected_path;
}

void opinia_import_close(struct opinia_import *imp)
{
	if (!imp)
		return;
	imp->source->adapter->close(imp->source);
	free(imp);
}

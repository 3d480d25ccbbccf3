/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon.c: see lexicon.h. The compiled table with the team's lines is kept beside them
 * (`lexicons.d.lex`) and is older than none of its sources, or it is made again.
 */
#include "cli/lexicon.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/program.h"

enum { DEPTH = 3 }; /* lexicons.d/packs/<lang>/topics.tsv */

/* The compiled table: $OPINIA_LEXICONS (file or folder), beside the program, installed. */
static const char *shipped(struct arena *arena)
{
	const char *given = getenv("OPINIA_LEXICONS");
	struct stat st;

	if (given && given[0]) {
		if (stat(given, &st) == 0 && S_ISDIR(st.st_mode))
			return arena_printf(arena, "%s/opinia.lex", given);
		return given;
	}
	return arena_printf(arena, "%s/opinia.lex", program_data("lexicons", arena));
}

static bool later(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

/* The newest change of @path and all that is in it; a folder changes when a file leaves it. */
static void newest(const char *path, int depth, struct arena *arena, struct timespec *out)
{
	struct stat st;
	struct dirent *e;
	DIR *d;

	if (!path || stat(path, &st))
		return;
	if (later(st.st_mtim, *out))
		*out = st.st_mtim;
	if (!S_ISDIR(st.st_mode) || depth == 0)
		return;
	d = opendir(path);
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			newest(arena_printf(arena, "%s/%s", path, e->d_name), depth - 1,
			       arena, out);
	if (d)
		closedir(d);
}

/* The folder that the shipped table was compiled from: where it is itself. */
static const char *sources_of(const char *lex, struct arena *arena)
{
	const char *slash = strrchr(lex, '/');

	return slash ? arena_printf(arena, "%.*s", (int)(slash - lex), lex) : ".";
}

static int compile(const char *lex, const char *const *overlays, const char *made,
		   struct lexicon_ear ear, struct arena *arena, struct err *err)
{
	const char *sources = sources_of(lex, arena);
	const char *taxonomy = arena_printf(arena, "%s/taxonomy.tsv", sources);

	if (!sources || !taxonomy)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (access(taxonomy, R_OK))
		return err_set(
			err, ERR_CONFIG,
			"%s cannot be used: the sources of the lexicon are not in %s "
			"(OPINIA_LEXICONS may name their folder)",
			overlays[0] ? overlays[0] : made, sources);
	return opinia_lexicon_compile(sources, overlays, made, ear.tell, ear.ctx, err);
}

const char *lexicon_sources(struct arena *arena)
{
	const char *lex = shipped(arena);

	return lex ? sources_of(lex, arena) : NULL;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int lexicon_make(const char *store_dir, const char *overlay, const char *made,
		 struct lexicon_ear ear, struct arena *arena, struct err *err)
{
	const char *lex = shipped(arena), *overlays[3] = { NULL };
	const char *team =
		store_dir ? arena_printf(arena, "%s/lexicons.d", store_dir) : NULL;
	size_t n = 0;

	if (!lex || (store_dir && !team))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (overlay && !is_folder(overlay))
		return err_set(err, ERR_MISSING, "%s: there is no such folder", overlay);
	if (is_folder(team))
		overlays[n++] = team;
	if (overlay)
		overlays[n++] = overlay;
	return compile(lex, overlays, made, ear, arena, err);
}

int lexicon_open(const char *store_dir, const char *overlay, struct lexicon_ear ear,
		 struct opinia_analyzer **out, struct arena *arena, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = arena_printf(arena, "%s/opinia-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
	const char *made;
	int rc;

	if (!dir || !mkdtemp(dir))
		return err_set(err, ERR_SYSTEM, "no room for a lexicon in %s: %s",
			       dir ? dir : "memory", strerror(errno));
	made = arena_printf(arena, "%s/opinia.lex", dir);
	rc = made ? lexicon_make(store_dir, overlay, made, ear, arena, err)
		  : err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = opinia_analyzer_open(out, made, err);
	if (made)
		unlink(made); /* it stays mapped */
	rmdir(dir);
	return rc;
}

int lexicon_find(const char *store_dir, struct arena *arena, const char **out,
		 struct err *err)
{
	const char *lex = shipped(arena);
	const char *team = arena_printf(arena, "%s/lexicons.d", store_dir);
	const char *made = arena_printf(arena, "%s/lexicons.d.lex", store_dir);
	struct timespec changed = { 0, 0 };
	struct stat st;

	if (!lex || !team || !made)
		return err_set(err, ERR_SYSTEM, "out of memory");
	*out = lex;
	if (stat(team, &st) || !S_ISDIR(st.st_mode))
		return 0;
	newest(team, DEPTH, arena, &changed);
	newest(lex, 0, arena, &changed);
	*out = made;
	if (stat(made, &st) == 0 && later(st.st_mtim, changed))
		return 0;
	return compile(lex, (const char *const[]){ team, NULL }, made,
		       (struct lexicon_ear){ NULL, NULL }, arena, err);
}

bool lexicon_discard(const char *path)
{
	return path && sv_ends(sv_of(path), SV("/lexicons.d.lex")) && unlink(path) == 0;
}

int lexicon_ready(struct opinia_analyzer *a, struct err *err)
{
	struct err why = ERR_NONE;
	int rc = opinia_analyzer_ready(a, &why);

	if (rc == ERR_INPUT && lexicon_discard(opinia_analyzer_path(a)))
		return err_set(err, ERR_AGAIN,
			       "%s was damaged; it is made anew when this command is "
			       "run again",
			       opinia_analyzer_path(a));
	if (rc && err)
		*err = why;
	return rc;
}

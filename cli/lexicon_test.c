/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon_test.c: `opinia lexicon test`: every case of every language, shipped and of the team,
 * asked of the lexicon as it stands now. The grammar of cases.txt is in lexicons/README.md.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/lexicon.h"
#include "cli/lexicon_verbs.h"
#include "core/i18n.h"

enum { CASES_MOST = 64 << 20 };

struct cases {
	struct program *p;
	struct opinia_analyzer *a;
	struct opinia_scratch *scratch;
	struct arena arena; /* of one case */
	const char *path;
	unsigned line; /* of the text */
	struct sv text;
	bool packs; /* cases of packs: topics= asks for those of packs alone */
	unsigned asked, failed;
};

/* Does topics= ask for this one? */
static bool is_asked(const struct cases *c, const struct topic_verdict *t)
{
	return !c->packs || opinia_analyzer_taxonomy(c->a)->topics[t->topic].of_pack;
}

static const struct topic_verdict *find_topic(const struct cases *c,
					      const struct verdict *v, struct sv id)
{
	const struct taxonomy *names = opinia_analyzer_taxonomy(c->a);

	for (uint16_t i = 0; i < v->topic_count; i++)
		if (sv_eq(names->topics[v->topics[i].topic].id, id))
			return &v->topics[i];
	return NULL;
}

static bool topics_fit(const struct cases *c, const struct verdict *v, struct sv want)
{
	bool more = sv_starts(want, SV("+"));
	uint16_t count = 0, came = 0;

	for (uint16_t i = 0; i < v->topic_count; i++)
		came += is_asked(c, &v->topics[i]);
	if (sv_eq(want, SV("-")))
		return came == 0;
	while (want.n) {
		struct sv label = sv_cut(&want, ','), id = sv_cut(&label, ':');
		const struct topic_verdict *t;

		id = sv_sub(id, sv_starts(id, SV("+")), id.n);
		t = find_topic(c, v, id);
		if (!t || (label.n && !sv_eq(label, sv_of(sentiment_name(t->label)))))
			return false;
		count++;
	}
	return more || count == came;
}

static struct sv language_of(const struct cases *c, const struct verdict *v)
{
	uint8_t count;

	return opinia_analyzer_languages(c->a, &count)[v->language].code;
}

static bool fits(const struct cases *c, const struct verdict *v, struct sv key,
		 struct sv want)
{
	if (sv_eq(key, SV("sentiment")))
		return sv_eq(want, sv_of(sentiment_name(v->sentiment)));
	if (sv_eq(key, SV("lang")))
		return sv_eq(want, language_of(c, v));
	return sv_eq(key, SV("topics")) && topics_fit(c, v, want);
}

static void complain(const struct cases *c, const struct verdict *v, struct sv want)
{
	const struct taxonomy *names = opinia_analyzer_taxonomy(c->a);
	FILE *out = c->p->out;
	bool any = false;

	fprintf(out,
		"%s:%u: " SV_FMT "\n  %s " SV_FMT "\n  %s sentiment=%s topics=", c->path,
		c->line, SV_ARG(c->text), _("wanted:"), SV_ARG(want), _("came:"),
		sentiment_name(v->sentiment));
	for (uint16_t i = 0; i < v->topic_count; i++) {
		if (!is_asked(c, &v->topics[i]))
			continue;
		fprintf(out, "%s" SV_FMT ":%s", any ? "," : "",
			SV_ARG(names->topics[v->topics[i].topic].id),
			sentiment_name(v->topics[i].label));
		any = true;
	}
	fprintf(out, "%s lang=" SV_FMT "\n", any ? "" : "-", SV_ARG(language_of(c, v)));
}

static int ask(struct cases *c, struct sv want, struct err *err)
{
	struct sv rest = want;
	struct verdict v;
	bool right = true;
	int rc;

	arena_reset(&c->arena);
	rc = opinia_analyze(c->a, c->scratch, c->text, SV(""), &c->arena, &v, err);
	if (rc)
		return err_at(err, "%s:%u", c->path, c->line);
	while (rest.n) {
		struct sv value = sv_cut(&rest, ' '), key = sv_cut(&value, '=');

		if (key.n)
			right &= fits(c, &v, key, value);
	}
	c->asked++;
	c->failed += !right;
	if (!right)
		complain(c, &v, want);
	return 0;
}

static int ask_all(struct cases *c, struct sv all, struct err *err)
{
	unsigned line = 0;
	int rc = 0;

	c->text = (struct sv){ NULL, 0 };
	while (!rc && all.n) {
		struct sv s = sv_cut(&all, '\n');

		line++;
		if (!sv_trim(s).n) {
			c->text.n = 0;
		} else if (sv_eq(s, SV("#")) || sv_starts(s, SV("# "))) {
			continue;
		} else if (!c->text.n) {
			c->text = s;
			c->line = line;
		} else {
			rc = ask(c, s, err);
			c->text.n = 0;
		}
	}
	return rc;
}

/* A folder without cases is none the worse. */
static int ask_file(struct cases *c, struct err *err)
{
	FILE *in = fopen(c->path, "re");
	struct buf all;
	char *to;
	size_t n = 1;
	int rc;

	if (!in)
		return 0;
	buf_init(&all, CASES_MOST);
	while (n && (to = buf_room(&all, 65536)) != NULL) {
		n = fread(to, 1, 65536, in);
		buf_took(&all, n);
	}
	rc = buf_ok(&all) && !ferror(in)
		     ? ask_all(c, buf_sv(&all), err)
		     : err_set(err, ERR_SYSTEM, "%s cannot be read", c->path);
	fclose(in);
	buf_release(&all);
	return rc;
}

static int ask_folder(struct cases *c, const char *dir, struct err *err)
{
	uint8_t count;
	const struct opinia_language *l = opinia_analyzer_languages(c->a, &count);
	int rc = 0;

	for (uint8_t i = 0; i < count && !rc && dir; i++) {
		c->path = arena_printf(&c->p->arena, "%s/%s" SV_FMT "/cases.txt", dir,
				       c->packs ? "packs/" : "", SV_ARG(l[i].code));
		rc = c->path ? ask_file(c, err)
			     : err_set(err, ERR_SYSTEM, "out of memory");
	}
	return rc;
}

/* The folders' own cases without packs, or those of packs with @packs on. */
static int ask_folders(struct cases *c, const char *const *dirs, size_t count,
		       struct sv packs, struct err *err)
{
	int rc = opinia_analyzer_choose_packs(c->a, packs, err);

	if (rc)
		return rc;
	c->scratch = opinia_scratch_new(c->a);
	if (!c->scratch)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count && !rc; i++)
		rc = ask_folder(c, dirs[i], err);
	opinia_scratch_free(c->scratch);
	return rc;
}

int lexicon_test(struct program *p, const struct options *o, struct err *err)
{
	const char *overlay = o->arg_count > 1 ? o->args[1] : NULL;
	const char *dirs[] = {
		lexicon_sources(&p->arena),
		arena_printf(&p->arena, "%s/lexicons.d", p->store_dir),
		overlay,
	};
	const char *packs =
		option_given(o, "pack") ? option_text(o, "pack", NULL) : "all";
	struct cases c = { .p = p };
	int rc = lexicon_open(p->store_dir, overlay, (struct lexicon_ear){ NULL, NULL },
			      &c.a, &p->arena, err);

	if (rc)
		return rc;
	arena_init(&c.arena, 0);
	rc = ask_folders(&c, dirs, 3, SV("none"), err);
	c.packs = true;
	if (!rc)
		rc = ask_folders(&c, dirs, 3, sv_of(packs), err);
	opinia_analyzer_close(c.a);
	arena_release(&c.arena);
	if (rc)
		return rc;
	fprintf(p->out, _("%u of %u cases pass\n"), c.asked - c.failed, c.asked);
	return c.failed ? err_set(err, ERR_NOTHING, "%u cases fail", c.failed) : 0;
}

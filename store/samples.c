/* SPDX-License-Identifier: Apache-2.0 */
/*
 * samples.c: what people typically write to a support team, in the house's languages:
 * what the dictionary of a new store is made of. Sentences of our own; changing them
 * touches new stores only.
 */
#include "store/packer.h"

#define S(lit)                                                                           \
	{                                                                                \
		lit, sizeof(lit) - 1                                                     \
	}

/* clang-format off */
const struct sv packer_samples[] = {
	/* what stands last is cheapest to point at: rare things first */
	S("R00017425 R00048136 R00092607 A-20318 T-71940 TCK-30582 2024-03-18 2025-11-06T08:41:29Z 17.04.2026 "),
	S("nr. 4831907, AWB 2076531948, tel. 0723 418 906, +48 601 537 249, RO49, PL61, 12:30, 19,99 lei, 249 zl, 3/5 "),
	S("8f3c1e7a-52d9-4b06-a91f-6e0d7c24b853 b4e90d67 5a21c8f3 c70e19ad 9d36fb42 e18a705c 24f6d93b "),
	S("irina.dobre82@example.ro jan.kowalski@example.pl office@example.com https://example.com/comenzi/61384 "),
	S("6093 5817 2740 9168 3526 8401 7359 1682 4075 5924 0813 3697 2450 9731 6208 1546 8972 0364 7185 5039 "),
	S("Customer service was great, very friendly and helpful, my problem was solved quickly. "),
	S("The delivery was late and nobody answered my messages, I am very disappointed with it. "),
	S("I would not recommend this product, it stopped working after two weeks and support is slow. "),
	S("The payment by card does not work and I have not received my money back. "),
	S("Everything was fine, thank you for the quick response and the refund. "),
	S("Agentul a fost amabil, mi-a explicat tot si a rezolvat problema pe loc. Mulțumesc frumos! "),
	S("Am sunat de trei ori la relatii cu clientii si de fiecare data mi s-a inchis telefonul. "),
	S("Ecranul s-a spart dupa o saptamana, in garantie nu il primesc, nici macar un raspuns. "),
	S("Bateria tine foarte putin, se incarca greu si se descarca in cateva ore. "),
	S("Se conecteaza greu la telefon, se deconecteaza, iar sunetul se aude foarte prost. "),
	S("Un produs de proasta calitate, din pacate nu merita banii, nu recomand nimanui. "),
	S("Este un produs foarte bun, se vede si se aude excelent, destul de ieftin pentru ce ofera. "),
	S("Am primit un produs diferit de cel din poza, nu este cel pe care l-am comandat. "),
	S("Am facut retur acum o luna si nu am primit nici pana acum banii inapoi. "),
	S("Comanda a fost anulata fara sa fiu anuntat, iar pretul a fost mai mare pe site. "),
	S("Curierul a venit cu intarziere, coletul a fost deteriorat si nu am putut sa il verific. "),
	S("Livrarea a fost foarte rapida, ambalat bine, totul conform descrierii. Recomand! "),
	S("Aplicația nu merge, nu pot să mă conectez la cont și nu primesc codul prin SMS. "),
	S("Nu am reușit să plătesc cu cardul, mi se afișează o eroare după fiecare încercare. "),
	S("Timpul de așteptare este foarte mare, am stat o jumătate de oră la telefon. "),
	S("Sunt foarte mulțumită de serviciile oferite și de felul în care am fost ajutată. "),
	S("Nu sunt mulțumit, pentru că problema mea nu a fost rezolvată nici după două săptămâni. "),
	S("Am așteptat foarte mult până mi-a răspuns cineva și nici atunci nu am primit ajutor. "),
	S("Obsługa klienta bardzo miła i pomocna, problem został rozwiązany od razu. Dziękuję! "),
	S("Dzwoniłem trzy razy na infolinię i nikt nie potrafił mi pomóc, nie polecam. "),
	S("Konsultantka była uprzejma, wszystko wyjaśniła, jestem bardzo zadowolona. "),
	S("Paczka przyszła uszkodzona, kurier nie zadzwonił, a na zwrot pieniędzy czekam już miesiąc. "),
	S("Przesyłka dotarła szybko, towar zgodny z opisem, dobrze zapakowany. Polecam! "),
	S("Zamówienie zostało anulowane bez żadnej informacji, a cena na stronie była inna. "),
	S("Nie mogę się zalogować na konto, aplikacja nie działa, kod nie przychodzi. "),
	S("Nie można zapłacić kartą, za każdym razem pojawia się błąd, trzeba było zrobić przelew. "),
	S("Bardzo długo czekałem na odpowiedź, a mój problem nie został rozwiązany. "),
	S("Bateria słabo trzyma, ekran jest dobry, ale za tę cenę nie jest to dobry wybór. "),
	S("Jestem bardzo niezadowolony z jakości, po tygodniu przestało działać, nigdy więcej. "),
	S("Pani w recepcji bardzo miła, ale w pokoju nie było czysto, a w łazience brak ręczników. "),
	S("Hotel położony blisko centrum, jedzenie bardzo dobre, obsługa w restauracji na plus. "),
	S("Pan doktor jest bardzo dobrym specjalistą, wizyta przebiegła w miłej atmosferze. "),
	S("Moim zdaniem nie warto, poza tym okazało się, że trzeba było jeszcze dopłacić. "),
	S("Niestety nie ma możliwości kontaktu, nikt nie odbiera, a na maile nie odpowiadają. "),
	S("bardzo dlugo czekalem na odpowiedz, a problem nie zostal rozwiazany, nie polecam nikomu. "),
	S("jestem zadowolona z obslugi, wszystko przebieglo sprawnie i szybko, dziekuje. "),
	S("o tym, że nie jest to w tym przypadku możliwe, przede wszystkim ze względu na to, co było w "),
	S("dla mnie to nie ma już znaczenia, ponieważ tylko w ciągu dnia można się o tym dowiedzieć, bo "),
	S("się na, się w, się z, się do, się nie, nie ma, nie jest, nie było, jest bardzo, do tego, jak na "),
	S("nu recomand, nu este, nu mai, nu se, nu am, nu are, nu merge, nu functioneaza, nu merita, nu tine "),
	S("am cumparat acest produs acum o luna si sunt foarte multumit de el, pentru ca este exact ce am "),
	S("pentru ca am incercat sa il folosesc de mai multe ori, dar nu am reusit, desi scrie ca se poate "),
	S("dupa cateva zile de utilizare nu mai functioneaza, trebuie sa o incarc de fiecare data cand o "),
	S("cel mai bun, cea mai buna, la fel de, mult mai bine, in rest totul este ok, chiar daca a fost "),
	S("nici macar nu mi-a raspuns cineva, ceea ce mi se pare o lipsa de respect fata de clienti. "),
	S("Am asteptat foarte mult pana mi-a raspuns cineva si problema nu a fost rezolvata. "),
	S("Nu merge plata cu cardul, comanda a fost anulata si nu am primit banii inapoi. "),
	S("Recomand cu incredere, personal amabil si profesionist, servicii foarte bune, raspuns rapid. "),
};
/* clang-format on */
const size_t packer_sample_count = sizeof(packer_samples) / sizeof(packer_samples[0]);

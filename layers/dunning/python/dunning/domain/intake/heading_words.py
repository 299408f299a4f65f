"""Column headings of accounting exports by what they stand for: English, German, French, Spanish,
Italian, Dutch, and the words of known systems. Data alone; comparing them is `headings`'.
"""

from typing import Final

from .heading_words_parties import PARTIES

_DOCUMENTS: Final[dict[str, tuple[str, ...]]] = {
    "number": (
        """
        invoice number | invoice no | invoice num | invoice nbr | inv no | inv number | invoice
        | inv | bill no | bill number | sales invoice number | tax invoice number
        | Rechnungsnummer | Rechnungs-Nr | Rechnung Nr | Rechnungsnr | RG-Nr | Re-Nr | Rechnung
        | Rechnungs Nummer | RgNr | Rechn.-Nr | numéro de facture | numéro facture | n° facture
        | no facture | facture | num facture | facture n° | référence facture
        | número de factura | número factura | n.º factura | nº factura | nº de factura
        | factura | num factura | numero fattura | n. fattura | numero della fattura | fattura
        | fattura n | nr fattura | num fattura | factuurnummer | factuurnr | factuur nr
        | factuur | verkoopfactuurnummer | our invoice | our invoice no | inv ref
        """,
        """
        document number | document no | doc no | doc number | document | num | number | no
        | voucher no | voucher number | Belegnummer | Beleg-Nr | Belegnr | Beleg | Belegfeld 1
        | Nummer | Nr | numéro de document | numéro document | numéro de pièce | numéro pièce
        | n° pièce | pièce | numéro | número de documento | documento | número
        | numero documento | n. documento | numero | documentnummer | documentnr
        | boekstuknummer | boekstuk | invoice id | document id | ref no | transaction number
        | transaction no | OP-Nummer | Vorgangsnummer | invoice reference number | Posten-Nr
        | numero doc | num doc | n. doc | nr doc | n° doc | doc. nr | nº documento | núm doc
        | núm documento | n documento
        """,
    ),
    "currency": (
        """
        currency | currency code | invoice currency | curr | ccy | cur | currency id | Währung
        | Waehrung | WKZ | Währungscode | Währungskennzeichen | Whg | devise | code devise
        | monnaie | moneda | divisa | código moneda | valuta | codice valuta | valutacode | munt
        | document currency | document currency key | currency iso | Belegwährung
        | devise du document | doc currency | documentvaluta | currency name
        """,
    ),
    "issued": (
        """
        invoice date | date of invoice | inv date | issue date | issued | date issued
        | issued on | bill date | billing date | tax date | issued at | invoice created
        | Rechnungsdatum | RG-Datum | Rg. Datum | Ausstellungsdatum | ausgestellt am
        | Datum der Rechnung | date de facture | date facture | date de la facture
        | date d'émission | date de facturation | émise le | fecha de factura | fecha factura
        | fecha de emisión | fecha emisión | fecha de la factura | data fattura
        | data della fattura | data emissione | data di emissione | factuurdatum | datum factuur
        | uitgiftedatum
        """,
        """
        document date | doc date | date | transaction date | trans date | created date | created
        | Belegdatum | Datum | Buchungsdatum Rechnung | date du document | date document
        | date de pièce | fecha del documento | fecha documento | fecha | data documento | data
        | data doc | dt doc | fecha doc | date doc | Belegdat | documentdatum
        | boekdatum factuur | date utc | voucher date | invoiced on
        """,
        """
        posting date | Buchungsdatum | date comptable | date de comptabilisation
        | fecha de contabilización | fecha contable | data registrazione | data di registrazione
        | boekingsdatum | boekdatum | entry date | created at | created utc
        """,
    ),
    "due": (
        """
        due date | due on | due | date due | payment due date | payment due | net due date
        | invoice due date | pay by | payable by | maturity date | due by | due date utc
        | Fälligkeitsdatum | Fälligkeit | fällig am | fällig | Zahlungsziel Datum | zahlbar bis
        | Nettofälligkeit | Netto-Fälligkeit | Netto fällig am | Fälligkeitstag
        | Zugeordnete Fälligkeit | date d'échéance | échéance | date échéance
        | date d'échéance nette | à payer avant le | date limite de paiement
        | fecha de vencimiento | fecha vencimiento | vencimiento | vence | vence el
        | fecha de pago límite | data di scadenza | data scadenza | scadenza | scade il
        | vervaldatum | netto vervaldatum | vervaldag | te betalen voor | uiterste betaaldatum
        """,
    ),
    "total": (
        """
        invoice total | total amount | invoice amount | total | gross total | gross amount
        | gross | total gross | grand total | amount incl tax | amount including tax
        | amount incl vat | total incl tax | total incl vat | total including tax
        | total including vat | total inc vat | total inc tax | bill amt | bill amount
        | inv amt | invoice amt | total amt | gross amt
        | original amount | invoice value | document total | total due | total invoice amount
        | Rechnungsbetrag | Rechnungssumme | Brutto | Bruttobetrag | Gesamtbetrag | Gesamt
        | Gesamtsumme | Endbetrag | Betrag brutto | Summe brutto | Brutto-Betrag
        | Rechnungsbetrag brutto | montant TTC | total TTC | montant total
        | montant de la facture | montant facture | montant total TTC | TTC | importe total
        | total factura | total con IVA | importe con IVA | importe factura
        | importe de la factura | importo totale | totale | totale fattura | totale IVA inclusa
        | totale documento | importo lordo | lordo | importo fattura | totaalbedrag | totaal
        | factuurbedrag
        | bedrag incl btw | totaal incl btw | bedrag inclusief btw | bruto | brutobedrag
        | bruto bedrag | facture total
        """,
        """
        amount | amt | Betrag | Summe | montant | importe | importo | bedrag | value | Wert
        | valeur | valor | valore | waarde | monto | somme | suma | document currency value
        | amount in doc curr | amount in doc currency | amount in document currency
        | amount in transaction currency | amount in foreign currency | Betrag in Fremdwährung
        | Betrag in Transaktionswährung | montant en devise | importe en moneda del documento
        | importo in divisa documento | importo in valuta | Betrag in Belegwährung
        | montant en devise du document | bedrag in documentvaluta | line total invoice
        """,
        """
        amount in local currency | Betrag in Hauswährung | Betrag in lokaler Währung
        | montant en devise locale | bedrag in lokale valuta | importe en moneda local
        | importo in divisa locale | base amount
        """,
    ),
    "open": (
        """
        open balance | balance due | amount due | open amount | outstanding | outstanding amount
        | amount outstanding | remaining | remaining amount | amount remaining | open | balance
        | unpaid | unpaid amount | pending amount | invoice amount due | due amount
        | outstanding balance | amount open | remaining balance | residual amount | still open
        | offener Betrag | offen | Offen Betrag | Restbetrag | Saldo | OP-Betrag
        | offene Forderung | Offener Saldo | Restforderung | noch offen | offener Posten
        | offener Restbetrag | zahlbarer Betrag | reste à payer | solde | montant dû
        | restant dû | solde dû | montant restant | montant ouvert | solde restant | reste dû
        | importe pendiente | pendiente | saldo pendiente | saldo vivo | pendiente de pago
        | importo aperto | residuo | importo residuo | da incassare | importo dovuto
        | saldo aperto | saldo residuo | da pagare | openstaand | openstaand bedrag
        | openstaand saldo | nog te betalen | restbedrag | te ontvangen | unpaid balance
        | left to pay | to pay | to be paid | still to pay | still due | amount still due | owing
        | amount owing | balance owing | owed | amount owed | balance outstanding | remaining due
        | total outstanding | current balance | unpaid total | Rest | Restsaldo | zu zahlen
        | noch zu zahlen | zu bezahlen | noch zu bezahlen | offene Summe | offener Rest
        | offener Rechnungsbetrag | ausstehend | ausstehender Betrag | unbezahlt | Restschuld
        | reste | reste à régler | restant à payer | reste à percevoir | impayé | montant impayé
        | solde à payer | pendiente de cobro | pendiente cobro | por cobrar | saldo por cobrar
        | importe por cobrar | importe abierto | adeudado | importe adeudado | resto | impagado
        | scoperto | importo scoperto | insoluto | da saldare | rimanente | restante
        | saldo da pagare | importo residuo da pagare | restant | te betalen | nog openstaand
        | open amt | outstanding amt | balance amt | amt due | due amt | open bedrag
        | openstaande saldo | nog te ontvangen | restsaldo | nog te voldoen
        """,
    ),
    "paid": (
        """
        amount paid | paid amount | paid | paid to date | payments | amount received | received
        | invoice amount paid | total paid | payments received | payment amount | bezahlt
        | bezahlter Betrag | Betrag bezahlt | gezahlt | Zahlung | Zahlungseingang | payé
        | montant payé | réglé | montant réglé | acquitté | pagado | importe pagado | cobrado
        | importe cobrado | pagato | importo pagato | incassato | betaald | betaald bedrag
        | ontvangen
        """,
    ),
    "net": (
        """
        net | net amount | amount excl tax | amount excl vat | subtotal | sub total | net total
        | total excl tax | total excl vat | amount ex vat | total ex vat | untaxed amount
        | Netto | Nettobetrag | Betrag netto | Netto-Betrag | Summe netto | montant HT
        | total HT | HT | importe neto | neto | base imponible | importe sin IVA | total sin IVA
        | importo netto | imponibile | totale imponibile | nettobedrag | bedrag excl btw
        | totaal excl btw | netto bedrag
        """,
    ),
    "tax": (
        """
        tax | tax amount | vat | vat amount | tax total | total tax | sales tax | gst
        | gst amount | Steuer | Steuerbetrag | MwSt | MwSt-Betrag | USt | Umsatzsteuer
        | Mehrwertsteuer | USt-Betrag | TVA | montant TVA | IVA | importe IVA | cuota IVA
        | importo IVA | imposta | BTW | btw bedrag | btw-bedrag
        """,
    ),
    "settled_on": (
        """
        settled date | settlement date | settled on | paid date | paid on | paid at | date paid
        | payment date | paid at utc | date of payment | cleared date | clearing date
        | cleared on | paid in full on | bezahlt am | Zahlungsdatum | Zahldatum | Zahltag
        | Ausgleichsdatum | ausgeglichen am | beglichen am | date de paiement | payé le
        | date de règlement | réglé le | date paiement | date règlement | fecha de pago
        | fecha pago | fecha de cobro | pagado el | data di pagamento | data pagamento
        | pagato il | data incasso | data saldo | betaald op | betaaldatum | datum betaling
        | betaling datum
        """,
    ),
    "disputed": (
        """
        disputed | in dispute | dispute | is disputed | on dispute | disputed item | query
        | strittig | Streitfall | in Klärung | Reklamation | reklamiert | bestritten | en litige
        | litige | contesté | en disputa | disputado | disputada | reclamada | contestata
        | in contestazione | contestato | betwist | in geschil | geschil
        """,
    ),
    "type": (
        """
        transaction type | type | document type | doc type | invoice type | voucher type
        | Belegart | Belegtyp | Rechnungstyp | Vorgangsart | Dokumentart | type de document
        | type de pièce | type document | tipo de documento | tipo documento | tipo
        | tipo di documento | documentsoort | documenttype | soort | txn type | record type
        | transaction
        """,
    ),
    "status": (
        """
        status | invoice status | payment status | document status | Rechnungsstatus
        | Zahlungsstatus | Zustand | statut | état | état de paiement | statut de la facture
        | statut de paiement | estado | estado de la factura | estado de pago | situación
        | stato | stato fattura | stato pagamento | factuurstatus | betaalstatus
        | betalingsstatus | is fully paid | closed
        """,
    ),
    "debit": (
        """
        debit | debit amount | dr | dr amount | Soll | Soll-Betrag | Sollbetrag | débit
        | montant débit | debe | cargo | dare | importo dare | debet | debetbedrag | charges
        | Betrag Soll
        """,
    ),
    "credit": (
        """
        credit | credit amount | cr | cr amount | Haben | Haben-Betrag | Habenbetrag | crédit
        | montant crédit | haber | abono | avere | importo avere | creditbedrag | credits
        | Betrag Haben
        """,
    ),
    "side": (
        """
        debit credit | debit credit ind | debit credit indicator | dr cr | d c | soll haben
        | Soll/Haben-Kennzeichen | S/H | Soll/Haben-Kz | sens | debe haber | dare avere
        | debet credit | d/c | cr dr | Soll/Haben-Kennz | H/S | dr/cr indicator | débit crédit
        | sens débit/crédit | cargo abono | haber debe | avere dare
        """,
        """
        d/a | c/d | d/h | sign | segno | signo | signe | Vorzeichen | Kennzeichen | Af Bij | Af/Bij
        """,
    ),
    "line": (
        """
        line amount | line total | item amount | item total | Positionsbetrag | Zeilenbetrag
        | Positionssumme | montant ligne | total ligne | importe línea | total línea
        | importo riga | totale riga | regelbedrag | regeltotaal
        """,
    ),
    "quantity": (
        """
        quantity | qty | item quantity | Menge | Anzahl | quantité | qté | cantidad | cant
        | quantità | qtà | aantal | hoeveelheid
        """,
    ),
    "unit_price": (
        """
        unit price | unit amount | item price | item rate | rate | price | Einzelpreis
        | Stückpreis | Preis | prix unitaire | PU | precio unitario | precio | prezzo unitario
        | prezzo | eenheidsprijs | stuksprijs | prijs
        """,
    ),
    "age": (
        """
        days overdue | days late | overdue days | overdue by days | age | aging | ageing
        | days past due | arrears by net due date | arrears after net due date | Tage überfällig
        | überfällig seit | Verzugstage | Tage in Verzug | Verzug nach Nettofälligkeit
        | arriérés après échéance | jours de retard | retard | días de retraso | días vencidos
        | giorni di ritardo | giorni scaduti | dagen te laat | dagen over vervaldatum
        | achterstand na vervaldatum
        """,
    ),
    "reference": (
        """
        payment reference | reference | reference number | customer reference | your reference
        | payment ref | Referenz | Zahlungsreferenz | Verwendungszweck | Kundenreferenz
        | Ihr Zeichen | référence | référence de paiement | referencia | referencia de pago
        | riferimento | causale | referentie | betalingskenmerk | betalingsreferentie
        | extra reference | ref
        """,
    ),
    "kind": (
        """
        kind | invoice kind | Rechnungsart
        """,
    ),
    "policy": (
        """
        policy | dunning policy | Mahnverfahren | Mahnprofil
        """,
    ),
    "creditor": (
        """
        creditor | creditor id
        """,
    ),
    "invoice": (
        """
        applied to invoice | credited invoice | original invoice | original invoice number
        | related invoice | corrected invoice | Ursprungsrechnung | Bezugsrechnung
        | facture d'origine | factura original | fattura originale | oorspronkelijke factuur
        """,
    ),
    "payment_id": (
        """
        payment number | payment id | payment no | receipt no | receipt number | receipt id
        | customer payment id | transaction id | Zahlungsnummer | Zahlungs-Nr | numéro de paiement
        | número de pago | numero pagamento | betalingsnummer
        """,
    ),
    "allocated": (
        """
        amount applied | applied amount | amount applied to invoice | allocated | allocated amount
        | zugeordneter Betrag | montant affecté | importe aplicado | importo applicato
        | toegewezen bedrag
        """,
    ),
    "terms": (
        """
        terms | payment terms | payment terms label | Zahlungsbedingung | Zahlungsziel
        | Zahlungsbedingungen | term name | conditions de paiement | condiciones de pago
        | condizioni di pagamento | betalingsconditie | betalingstermijn
        | payment condition description | terms of payment
        """,
    ),
}
WORDS: Final[dict[str, tuple[str, ...]]] = {**_DOCUMENTS, **PARTIES}
"""Words that say the same by field and rank, `|` between. Of two columns for one field the one of
the first rank is taken, and within a rank the one whose word stands first."""

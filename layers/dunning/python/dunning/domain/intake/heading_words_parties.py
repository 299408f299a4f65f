"""Column headings that say who owes, and who is owed, in the same six languages. Data alone."""

from typing import Final

PARTIES: Final[dict[str, tuple[str, ...]]] = {
    "customer": (
        """
        customer id | customer number | customer no | customer code | customer account
        | customer account number | customerid | cust no | cust id | cust code | customer ref
        | client id | client number | client code | client no | account number | account no
        | account code | account reference | account ref | debtor number | debtor no | debtor id
        | debtor code | party code | customer key | Kundennummer | Kunden-Nr | Kunde Nr
        | Kundennr | Kd-Nr | KdNr | Kd.-Nr. | Debitorennummer | Debitoren-Nr | Debitor-Nr
        | Debitornr | Debitorenkonto | Personenkonto | Kundenkonto | Kunden-ID | Kundenkürzel
        | numéro client | n° client | code client | no client | id client | référence client
        | numéro de client | compte client | compte auxiliaire | código cliente
        | código de cliente | número de cliente | nº cliente | n.º cliente | id cliente
        | cuenta cliente | codice cliente | numero cliente | n. cliente | cod cliente
        | conto cliente | klantnummer | klantnr | klantcode | klant-id | debiteurnummer
        | debiteurennummer | debiteurnr | debiteurcode | relatienummer | relatiecode
        """,
        """
        account | Konto | Rekening | Compte | cuenta | conto
        """,
    ),
    "party": (
        """
        customer | client | debtor | Kunde | Debitor | Auftraggeber | cliente | klant | debiteur
        | relatie | party | bill to | sold to | billed to | buyer | payer | deudor | débiteur
        | debitore | Rechnungsempfänger | afnemer | acheteur | comprador | acquirente
        | customers
        """,
    ),
    "name": (
        """
        customer name | client name | contact name | debtor name | party name | party's name
        | partys name | account name | company name | customer company | customer full name
        | name of customer | bill to name | buyer name | Kundenname | Name des Kunden
        | Debitorname | Debitorenname | Firmenname | Kundenbezeichnung | nom du client
        | nom client | raison sociale | nombre del cliente | nombre cliente | nombre de cliente
        | razón social | nome cliente | ragione sociale | nome del cliente | denominazione
        | klantnaam | debiteurnaam | bedrijfsnaam | relatienaam | naam klant | naam debiteur
        | customer account name 1 | company
        """,
        """
        name | Firma | Name 1 | nom | nombre | nome | naam | société | empresa | azienda
        | bedrijf | contact | Kontakt | organisation | organization
        """,
    ),
    "email": (
        """
        email | e-mail | email address | e-mail address | customer email | contact email
        | billing email | mail | E-Mail-Adresse | Kunden-E-Mail | Mailadresse | courriel
        | adresse e-mail | adresse mail | adresse électronique | correo | correo electrónico
        | dirección de correo | posta elettronica | indirizzo e-mail | indirizzo email
        | e-mailadres | mailadres | email customer
        """,
    ),
    "phone": (
        """
        phone | phone number | telephone | mobile | mobile no | mobile number | contact phone
        | customer phone | tel | Telefon | Telefonnummer | Mobil | Handy | téléphone
        | n° de téléphone | portable | numéro de téléphone | teléfono | móvil | telefono
        | cellulare | numero di telefono | telefoon | telefoonnummer | mobiel | billing phone
        """,
    ),
    "country": (
        """
        country | country code | billing country | customer country | Land | Ländercode
        | Länderkennzeichen | pays | code pays | país | código país | paese | nazione | landcode
        | po country
        """,
    ),
    "language": (
        """
        language | language code | customer language | Sprache | Sprachcode | langue | idioma
        | lingua | taal | taalcode | locale
        """,
    ),
    "address1": (
        """
        address | street | address line 1 | address 1 | billing address | Straße | Adresse
        | Anschrift | rue | dirección | calle | indirizzo | via | adres | straat
        | po address line 1
        """,
    ),
    "address2": (
        """
        address line 2 | address 2 | Adresszusatz | po address line 2
        """,
    ),
    "address3": (
        """
        address line 3 | address 3 | po address line 3
        """,
    ),
    "address4": (
        """
        address line 4 | address 4 | po address line 4
        """,
    ),
    "postcode": (
        """
        postcode | postal code | zip | zip code | post code | billing code | billing zip | PLZ
        | Postleitzahl | code postal | código postal | CP | cap | codice postale
        | po postal code
        """,
    ),
    "city": (
        """
        city | town | billing city | Ort | Stadt | Wohnort | ville | ciudad | población | città
        | comune | plaats | stad | woonplaats | po city
        """,
    ),
    "region": (
        """
        state | region | province | county | billing state | Bundesland | Kanton | région
        | provincia | provincie | po region
        """,
    ),
}
"""Words by field and rank, as in `heading_words`."""

PAYABLE: Final = """
    vendor | vendor name | vendor id | vendor no | vendor number | supplier | supplier name
    | supplier id | supplier no | supplier number | supplier code | Lieferant
    | Lieferantennummer | Lieferanten-Nr | Lieferantenname | Kreditor | Kreditorennummer
    | Kreditorenname | Kreditoren-Nr | fournisseur | code fournisseur | nom du fournisseur
    | nom fournisseur | n° fournisseur | proveedor | código proveedor | nombre del proveedor
    | nombre proveedor | fornitore | codice fornitore | nome fornitore | leverancier
    | leveranciersnummer | leveranciersnaam | crediteur | crediteurnummer | crediteurnaam
    | payee | bill from
    """
"""Who is paid: such a column makes a file a list of bills."""

# Listas de fuentes y de citas, y cambios de las fuentes y de su índice.

## Listas

sources-title = Fuentes
sources-none = Todavía no hay fuentes.
sources-none-add = { sources-none } Añade la primera: citabot add PATH_OR_URL
quotes-title = Citas
quotes-none = Ninguna cita coincide. Quita la persona o el tema.
quotes-none-options = Ninguna cita coincide. Quita --speaker o --about para verlas todas.
page = { $from }–{ $to } de { $total }
published = Publicada
paragraphs = párrafos: { $count }
paragraphs-column = ¶
source-kind-article = artículo
source-kind-brief = resumen
source-kind-quotation = citas

## Cambios de fuentes

change-added = Añadida
change-updated = Actualizada
change-unchanged = Sin cambios
removed = Retirada
source-added = { $change ->
    [added] { change-added }: { $title } ({ $id })
    [updated] { change-updated }: { $title } ({ $id })
   *[unchanged] Ya estaba, sin cambios: { $title } ({ $id })
}
source-removed = { removed }: { $title } ({ $id }). Ya nada la cita.
source-nothing = Adjunta un archivo o da una dirección.
source-both = Da un archivo o una dirección, no ambos.

## El índice

rebuilt = El índice está reconstruido. Textos codificados de nuevo: { $encoded }.
rebuild-done = { rebuilt } Índice { $index }.
up-to-date = El índice ya estaba al día.
rebuild-same = El índice ya estaba al día: { $index }.
stage = { $stage ->
    [encoding] Codificando
    [loading] Cargando
    [quotes] Buscando citas
    [asking] Preguntando
    [checking] Comprobando
   *[other] Trabajando
}
pace = { $stage ->
    [encoding] { $rate } pasajes por segundo, faltan { $left }
    [loading] { $rate } documentos por segundo, faltan { $left }
    [quotes] { $rate } documentos por segundo, faltan { $left }
   *[other] { $rate } por segundo, faltan { $left }
}
rebuild-working = { stage }: { $done } de { $total }
verify-clean = Todo lo guardado está como se escribió.
verify-differs = Diferencias encontradas: { $count }.
verify-read = Releído: { $snapshots } versiones, { $spans } fragmentos, { $vectors } filas del índice

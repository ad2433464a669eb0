# Las respuestas y las citas de que están hechas.

## Respuestas y silencios

asked = Pregunta
read-as = Leído como: { $question }
foreign = Esto no parece español ni inglés ({ $code }), las lenguas que conozco. He buscado de todos modos.
refusal = Eso no está en mis fuentes
reason-nothing-near = Ninguna de mis fuentes se acerca a esta pregunta. Hazla con otras palabras o añade una que la trate.
reason-near-but-does-not-answer = Mis fuentes rozan el tema, pero ninguna responde. Pregunta con más precisión o añade una que lo haga.
reason-empty-knowledge-base = Todavía no hay nada con que responder. Añade una primera fuente: citabot add PATH_OR_URL
nearest-offer = Pasajes que más se acercan: { $count }. Para verlos, añade --nearest.
nearest-title = Lo más cercano, aunque no es una respuesta
find-none = Estas palabras no están en mis fuentes.
find-near = Lo que más se acerca
left-out = { $count ->
    [one] Hay una más en «Más pruebas».
   *[other] Hay { $count } más en «Más pruebas».
}
stale = Las fuentes han cambiado desde que se mostró esto; así están ahora.

## Cuánta confianza merece y con qué se hizo

confidence = confianza { $level } ({ $percent } %)
confidence-high = alta
confidence-fair = media
confidence-low = baja
confidence-uncalibrated = confianza sin medir
uncalibrated = Nadie ha medido cuánto aciertan estos modelos, así que no se da una confianza.
unsure = No es seguro que esto responda a tu pregunta.
degraded = La búsqueda por significado no funciona ahora. He buscado solo por palabras, así que puede faltar algo.
index = índice { $fingerprint }
encoder = codificador { $name }
reader = lector { $name }

## De quién son las palabras y dónde están

paragraph = párrafo { $number }
part-note = nota
part-question = pregunta
update-of = actualización de { $time }
superseded = corregido después en el mismo documento
also-at = también en: { $places }
open-place = Abrir párrafo { $number }
open-reference = Abrir [{ $number }]
no-link = sin enlace conocido
spoken-by = dicho por
unnamed-speaker = sin nombre de quien habla
reported-speech = estilo indirecto, en palabras de quien escribe
translation = Traducción de { $by } ({ $language })
our-words = { $references ->
    [0] resumen nuestro, no una cita
    [one] resumen nuestro de la referencia de abajo, no una cita
   *[other] resumen nuestro de las referencias de abajo, no una cita
}
standing-one-source = una sola fuente, y no primaria
standing-disputed = se presenta como discutido o sin probar
references = Referencias
reference-kind-primary = fuente primaria
reference-kind-news = noticia
reference-kind-commentary = comentario
source = Fuente

## Lenguas

language-es = español
language-en = inglés
language-und = sin determinar

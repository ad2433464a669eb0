# Lo que muestran los botones y órdenes de Discord además de los resultados.

## Botones

button-more = Más pruebas
button-context = Ver contexto
button-working = Ver cómo se decidió
button-copy = Copiar cita
button-wrong = ¿Está mal?
button-nearest = Ver lo más cercano
button-share = Compartir
button-previous = Anterior
button-next = Siguiente

## Tras los botones

more-title = Más pruebas
context-title = En su párrafo
copy-title = Para copiar
nothing-more = No hay más pruebas que las mostradas.
shared-by = { $name } comparte:
wrong-title = ¿Qué está mal?
wrong-label = ¿Qué debería decir y dónde está?
wrong-placeholder = Por ejemplo: el párrafo 4 dice lo contrario
wrong-thanks = Gracias. Tu nota queda guardada con esta respuesta, bajo un código cifrado en lugar de tu nombre; /olvídame la borra.

## Acerca de y olvido

about-title = Citabot
about-text =
    Respondo a preguntas y compruebo afirmaciones con { $sources ->
        [one] una fuente
       *[other] { $sources } fuentes
    }, en español y en inglés, con las palabras exactas y el lugar donde están. No escribo respuestas propias; lo que no está en mis fuentes, lo digo.
about-stored =
    Se guardan: tus preguntas y sus respuestas, durante { $days } días, para que funcionen los botones; tus notas sobre respuestas equivocadas; y, de los cambios de fuentes, quién los hizo. Si alguien me pide verificar o buscar un mensaje tuyo, sus palabras se guardan un día. Se te guarda con un código cifrado, nunca por nombre ni identificador. /olvídame lo borra todo de una vez, lo haya pedido quien lo haya pedido.
about-licence = Licencia: Apache 2.0. Citabot { $version }, discord.py { $discord }, índice { $index }, codificador { $encoder }, lector { $reader }.
forgotten = { $replies ->
    [0] No había nada guardado sobre ti.
   *[other] Borrado: { $replies ->
        [one] una respuesta
       *[other] { $replies } respuestas
    } y { $feedback ->
        [one] una nota
       *[other] { $feedback } notas
    }. Los cambios de fuentes que hiciste siguen anotados, sin ti.
}

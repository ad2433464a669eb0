# Lo que dice el bot de Discord, en español. discord_en.ftl tiene los mismos mensajes; una prueba compara los dos.

## Órdenes: los nombres van en minúscula y sin espacios (32 caracteres como mucho); las descripciones, 100 como mucho.

command-ask = preguntar
    .description = Haz una pregunta; la respuesta son citas literales o un honesto «no está en mis fuentes»
command-check = verificar
    .description = Comprueba si una afirmación se sostiene, según quién y con qué palabras
command-quote = cita
    .description = ¿De verdad lo dijo? Compara una cita con el original
command-quotes = citas
    .description = Muestra quién dijo qué
command-sources = fuentes
    .description = Muestra los documentos con los que respondo
command-about = acerca
    .description = Qué es este bot, qué guarda, su licencia y sus versiones
command-forget-me = olvídame
    .description = Borra todo lo guardado sobre ti
command-source = fuente
    .description = Añade, retira y muestra fuentes
command-source-add = añadir
    .description = Añade un documento desde un archivo o una dirección web
command-source-remove = retirar
    .description = Retira una fuente; desde entonces nada la cita
command-source-list = lista
    .description = Muestra las fuentes con sus identificadores
command-rebuild = reconstruir
    .description = Pone el índice al día con las fuentes
command-settings = ajustes
    .description = Cómo se comporta el bot en este servidor
menu-check = Verificar
menu-find = Buscar la fuente

option-question = pregunta
    .description = En español o en inglés; las fuentes pueden estar en la otra lengua
option-sources = fuentes
    .description = Cuántas citas mostrar, de 1 a 5
option-private = privada
    .description = Muestra la respuesta solo para ti
option-claim = afirmación
    .description = Algo que se afirma: quién hizo qué, cuándo, cuánto
option-text = texto
    .description = Las palabras que se le atribuyen a alguien
option-speaker = persona
    .description = A quién se le atribuyen
option-about = sobre
    .description = De qué deben tratar las citas
option-file = archivo
    .description = Un archivo .txt, .md, .html, .pdf o .docx
option-address = dirección
    .description = Una dirección web que leer
option-title = título
    .description = Su título
option-publisher = editor
    .description = Quién lo publicó
option-source = fuente
    .description = La fuente, por título o identificador
option-full = todo
    .description = Codifica todo de nuevo
option-language = idioma
    .description = Idioma cuando ni la pregunta ni quien lee lo indican
option-mentions = menciones
    .description = Responde cuando alguien me menciona
option-default-private = privadas
    .description = Responde en privado salvo que se pida otra cosa
option-allow = permitir
    .description = Permite respuestas públicas en este canal; si no se elige ninguno, valen todos
option-disallow = impedir
    .description = Deja de permitir respuestas públicas en este canal
choice-spanish = español
choice-english = inglés

## Respuestas

asked = Pregunta
read-as = Leído como: { $question }
refusal = Eso no está en mis fuentes
open-place = Abrir ¶ { $number }
open-reference = Abrir [{ $number }]
no-link = sin enlace conocido
left-out = { $count ->
    [one] Hay una más en «Más pruebas».
   *[other] Hay { $count } más en «Más pruebas».
}
claims-left-out = { $count ->
    [one] Otra afirmación no ha cabido; verifícala aparte.
   *[other] Otras { $count } afirmaciones no han cabido; verifícalas aparte.
}
made-with = índice { $index } · { $model }
stale = Las fuentes han cambiado desde que se mostró esto; así están ahora.

## Botones

button-more = Más pruebas
button-context = Ver contexto
button-copy = Copiar cita
button-wrong = ¿Está mal?
button-nearest = Ver lo más cercano
button-share = Compartir
button-previous = Anterior
button-next = Siguiente

more-title = Más pruebas
context-title = En su párrafo
copy-title = Para copiar
nothing-more = No hay más pruebas que las mostradas.
shared-by = { $name } comparte:
wrong-title = ¿Qué está mal?
wrong-label = ¿Qué debería decir y dónde está?
wrong-placeholder = Por ejemplo: el párrafo 4 dice lo contrario
wrong-thanks = Gracias. Tu nota queda guardada con esta respuesta, bajo un código cifrado en lugar de tu nombre; /olvídame la borra.

## Listas

quotes-title = Citas
quotes-none = Ninguna cita coincide. Quita la persona o el tema.
sources-title = Fuentes
sources-none = Todavía no hay fuentes.
page = { $from }–{ $to } de { $total }
find-none = Estas palabras no están en mis fuentes.
find-near = Lo que más se acerca

## Acerca de y olvido

about-title = Citabot
about-text =
    Respondo a preguntas y compruebo afirmaciones con { $sources ->
        [one] una fuente
       *[other] { $sources } fuentes
    }, en español y en inglés, con las palabras exactas y el lugar donde están. No escribo respuestas propias; lo que no está en mis fuentes, lo digo.
about-stored =
    Se guardan: tus preguntas y sus respuestas, durante { $days } días, para que funcionen los botones; tus notas sobre respuestas equivocadas; y, de los cambios de fuentes, quién los hizo. Si alguien me pide verificar o buscar un mensaje tuyo, sus palabras se guardan un día. Se te guarda con un código cifrado, nunca por nombre ni identificador. /olvídame lo borra todo de una vez, lo haya pedido quien lo haya pedido.
about-licence = Licencia: Apache 2.0. Citabot { $version }, discord.py { $discord }, índice { $index }, codificador { $encoder }, modelo de implicación { $entailment }.
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

## Administración

source-added = { $change ->
    [added] Añadida: { $title } ({ $id })
    [updated] Actualizada: { $title } ({ $id })
   *[unchanged] Ya estaba, sin cambios: { $title } ({ $id })
}
source-removed = Retirada: { $title } ({ $id }). Ya nada la cita.
source-nothing = Adjunta un archivo o da una dirección.
source-both = Da un archivo o una dirección, no ambos.
rebuild-working = { $stage ->
    [encoding] Codificando: { $done } de { $total }
    [loading] Cargando: { $done } de { $total }
   *[other] Trabajando: { $done } de { $total }
}
rebuild-done = El índice está reconstruido. Textos codificados de nuevo: { $encoded }. Índice { $index }.
rebuild-same = El índice ya estaba al día: { $index }.
settings-title = Ajustes de este servidor
settings-channels = Respuestas públicas en: { $channels }
settings-all = todos los canales
settings-language = Idioma cuando nada más lo indica: { $chosen }
settings-no-language = el de quien lee
settings-mentions = Responde a menciones: { $on ->
    [yes] sí
   *[no] no
}
settings-private = En privado salvo que se pida otra cosa: { $on ->
    [yes] sí
   *[no] no
}

## Cuando algo no funciona

busy = Ahora mismo hay muchas preguntas en espera. Vuelve a intentarlo dentro de un minuto.
late = Ha tardado demasiado y lo he dejado. Vuelve a preguntar, por favor.
cooldown = { $seconds ->
    [one] Espera un segundo antes de volver a preguntar.
   *[other] Espera { $seconds } segundos antes de volver a preguntar.
}
server-cooldown = { $seconds ->
    [one] Este servidor pregunta mucho ahora mismo. Espera un segundo.
   *[other] Este servidor pregunta mucho ahora mismo. Espera { $seconds } segundos.
}
stopping = Estoy a punto de reiniciarme. Vuelve a preguntar dentro de un minuto.
failed = Algo ha fallado por mi parte y queda en mi registro. Inténtalo más tarde.
expired = Aquello a lo que pertenece este botón ya no está guardado. Vuelve a preguntar.
not-yours = Solo puede hacerlo quien preguntó.
not-allowed = Solo puede hacerlo quien administra este servidor, y solo en un servidor al que se me haya añadido.
curators-only = Solo pueden hacerlo los curadores que nombra quien gestiona este bot.
nothing-to-check = En este mensaje no hay texto que pueda leer.
channel-private = En este canal no se permiten respuestas públicas, así que esta es solo para ti.
mention-help = Mencióname con una pregunta o una afirmación. Para comprobar el mensaje de otra persona, mantenlo pulsado o haz clic derecho y elige Aplicaciones → Verificar.

## Errores por su código

error-bad-question = Aquí no hay palabras que buscar, o hay más de las que puedo leer de una vez. Haz una pregunta en español o en inglés.
error-busy = { busy }
error-late = { late }
error-stopping = { stopping }
error-broken-off = { failed }
error-not-yours = Esta fuente se añadió en otro lugar. Solo pueden cambiarla los curadores que nombra quien gestiona este bot.
error-too-costly = Leer este documento lleva más tiempo o memoria de lo que puedo gastar. Prueba con texto sin formato.
error-unknown-source = Ninguna fuente tiene ese identificador. /fuentes las muestra.
error-unsupported-format = Leo archivos .txt, .md, .html, .pdf y .docx, direcciones web y canales de noticias.
error-source-too-large = Es más grande de lo que puedo leer.
error-damaged-document = El documento está dañado y no se puede leer.
error-encrypted-document = El documento está protegido con contraseña.
error-no-text = En este documento no hay texto; si es un escaneo, alguien tendría que leerlo antes.
error-forbidden-address = Eso no se puede abrir. Da una dirección pública que empiece por https:// o http://, o adjunta el archivo.
error-address-unreachable = Esa dirección no responde. Inténtalo más tarde o adjunta el archivo.
error-home-busy = Alguien está cambiando las fuentes ahora mismo. Inténtalo dentro de un minuto.
